#!/usr/bin/env node
// What the GitHub workflows run: `engine`, `build`, `gate` and `issue RUN`. Runs the TypeScript sources as they are.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../lib/ci/main.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
