/** The least that k6 can do for one request. */
import http from 'k6/http';
import { benchOptions } from './options.ts';

export const options = benchOptions;

const url = `${__ENV['TARGET']}/api/health`;

export function iteration(): void {
  http.get(url);
}
