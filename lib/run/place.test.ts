import { expect, test } from 'vitest';
import { Api } from '../kubernetes/api.ts';
import { machine } from './environment.ts';
import { surroundings } from './place.ts';

const api = new Api({ name: 'c', server: 'https://secret.host:6443', namespace: 'default', access: {} }, 'load');
const cluster = { api, withOperator: false, image: 'engine:1' };

test('of pods, the nodes count, by fingerprints without any name and in any order', () => {
  const where = surroundings(cluster, ['node-b', 'node-a', 'node-b']);
  expect(where).toEqual({
    cluster: expect.stringMatching(/^[0-9a-f]{12}$/),
    nodes: expect.stringMatching(/^3 pods on 2 nodes \([0-9a-f]{12}\)$/),
  });
  expect(surroundings(cluster, ['node-a', 'node-b', 'node-b'])).toEqual(where);
  expect(surroundings(cluster, ['node-a', 'node-a', 'node-b'])).not.toEqual(where);
});

test('nodes that nobody knows are not said', () => {
  expect(Object.keys(surroundings(cluster, []))).toEqual(['cluster']);
});

test('of engines here, this machine counts', () => {
  expect(surroundings({ path: 'k6', version: 'v2', source: 'hdr' }, [])).toEqual(machine());
});
