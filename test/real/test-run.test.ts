/** The TestRun that a load makes, held against the CRD of k6-operator as it is published. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { testRun } from '../../lib/kubernetes/manifests.ts';
import { operatorBundle } from '../backends/kubernetes.ts';
import { LOAD, OWNER } from '../support/kubernetes/load.ts';

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly names?: { readonly kind: string };
    readonly versions?: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: object } }[];
  };
}

/** As an API server with strict validation: what the schema does not know is an error. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const made = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return 'properties' in schema ? { ...made, additionalProperties: false } : made;
}

async function publishedSchema(): Promise<object> {
  const text = readFileSync(await operatorBundle({ onProgress: (line) => console.log(line) }), 'utf8');
  const definitions = parseAllDocuments(text).map((one) => one.toJS() as Definition);
  const definition = definitions.find(
    ({ kind, spec }) => kind === 'CustomResourceDefinition' && spec.names?.kind === 'TestRun',
  );
  const version = definition?.spec.versions?.find(({ name }) => name === 'v1alpha1');
  if (version === undefined) throw new Error('k6-operator publishes no TestRun v1alpha1');
  return version.schema.openAPIV3Schema;
}

test('k6-operator takes the TestRun, with a secret and without, and refuses a misspelt field', async () => {
  const accepts = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
    strict(await publishedSchema()) as object,
  );
  const made = testRun(LOAD, OWNER);
  for (const load of [LOAD, { ...LOAD, secrets: {}, caFile: import.meta.filename }]) {
    accepts(testRun(load, OWNER));
    expect(accepts.errors).toBeNull();
  }
  const { runner } = made.spec;
  const misspelt = [
    { ...made.spec, paralelism: 3 },
    { ...made.spec, runner: { ...runner, envfrom: [] } },
    { ...made.spec, runner: { ...runner, securityContext: { ...runner.securityContext, runAsNonroot: true } } },
  ];
  expect(misspelt.map((spec) => accepts({ ...made, spec }))).toEqual([false, false, false]);
});
