/** The harness's entry: every journey under one k6, as engine.json (env PLAN) says. */
import { plannedOptions } from './settings.ts';

export { default as agents } from './agents.ts';
export { default as consensus, setup } from './consensus.ts';
export { debatesCreate, default as debatesList } from './debates.ts';
export { default as health } from './health.ts';
export { default as websocket } from './websocket.ts';

export const options = plannedOptions();
