import { expect, test } from 'vitest';
import { cannotStart, type Pod, podEnd, podOf, waitsFor } from './pods.ts';

type State = NonNullable<NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]['state']>;
const podWith = (state: State, phase = 'Pending'): Pod => ({
  metadata: { name: 'x-1-abc', labels: { 'job-name': 'x-1' } },
  status: { phase, containerStatuses: [{ state }] },
});

test('a pod is found by its Job', () => {
  const pod = podWith({});
  expect([podOf([pod], 'x', 0), podOf([pod], 'x', 1)]).toEqual([pod, undefined]);
});

test.each([
  [{ waiting: { reason: 'ErrImagePull', message: 'not found' } }, 'ErrImagePull: not found'],
  [
    { waiting: { reason: 'CreateContainerConfigError', message: 'runs as root' } },
    'CreateContainerConfigError: runs as root',
  ],
  [{ waiting: { reason: 'ContainerCreating' } }, undefined],
  [{ running: {} }, undefined],
  [{ terminated: { exitCode: 104, message: 'a\nno such plan\n' } }, 'it ended at once, no such plan'],
])('%j can start or not', (state, why) => {
  expect(cannotStart(podWith(state))).toBe(why);
});

test('what is waited for is said', () => {
  expect(waitsFor(undefined)).toBe('no pod was made for it');
  expect(waitsFor(podWith({ waiting: { reason: 'ContainerCreating' } }))).toBe('ContainerCreating');
  expect(waitsFor(podWith({ running: {} }, 'Running'))).toBe('its engine does not answer');
  const message = '0/3 nodes are available: 3 Insufficient cpu.';
  const conditions = [{ type: 'PodScheduled', status: 'False', message }];
  expect(waitsFor({ metadata: { name: 'x' }, status: { phase: 'Pending', conditions } })).toBe(
    `no node takes it: ${message}`,
  );
});

test.each<[Pod, ReturnType<typeof podEnd>]>([
  [podWith({ running: {} }, 'Running'), undefined],
  [podWith({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, 'Failed'), { exitCode: 137, detail: 'OOMKilled' }],
  [
    { metadata: { name: 'x' }, status: { phase: 'Failed', reason: 'Evicted', message: 'the node was low on memory' } },
    { exitCode: null, detail: 'its pod failed: Evicted the node was low on memory' },
  ],
])('an end is explained', (pod, end) => {
  expect(podEnd(pod)).toEqual(end);
});
