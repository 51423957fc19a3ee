/** The text of a config file that `init` writes. */
import { yamlText } from './check.ts';
import type { Config } from './define.ts';

export const CONFIG_FORMATS = ['ts', 'yaml', 'json'] as const;
export type ConfigFormat = (typeof CONFIG_FORMATS)[number];

const ABOUT =
  "Options and their environment variables win over this file; the project's docs/config.md lists every key.";
const SECRETS = 'Secrets have no place here: they stay in the environment.';

/** The text of a file that contains `config`; keys without a value are left out. */
export function configText(config: Config, format: ConfigFormat): string {
  const said = Object.entries(config).filter(([, value]) => value !== undefined);
  if (format === 'json') return `${JSON.stringify(Object.fromEntries(said), null, 2)}\n`;
  if (format === 'yaml') return `# ${ABOUT}\n# ${SECRETS}\n${yamlText(Object.fromEntries(said))}`;
  const lines = said.map(([key, value]) => `  ${key}: ${JSON.stringify(value)},\n`).join('');
  return `import { defineConfig } from 'aragora-slo';\n\n// ${ABOUT}\n// ${SECRETS}\nexport default defineConfig({\n${lines}});\n`;
}
