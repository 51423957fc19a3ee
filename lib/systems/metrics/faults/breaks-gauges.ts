/** The breaks of gauges: whether they follow the load, and go back after it. Data only. */
import type { MetricsBreak } from './faults.ts';
import { valued } from './lie.ts';

export const GAUGE_BREAKS: readonly MetricsBreak[] = [
  valued(
    {
      metric: 'active_debates',
      name: 'stuck',
      about: 'moves',
      description: 'the gauge of running debates stays at zero',
    },
    { always: '0' },
  ),
  valued(
    {
      metric: 'debates_active',
      name: 'stuck',
      about: 'moves',
      description: 'the gauge of running debates stays at five',
    },
    { always: '5' },
  ),
  valued(
    {
      metric: 'active_debates',
      name: 'below-zero',
      about: 'moves',
      description: 'the gauge of running debates falls below zero',
    },
    { plus: -100 },
  ),
  valued(
    {
      metric: 'active_debates',
      name: 'never-falls',
      about: 'returns',
      description: 'debates that ended are not counted down',
    },
    'highest',
  ),
  valued(
    {
      metric: 'active_debates',
      name: 'four-more',
      about: 'agrees',
      description: 'one of the two gauges shows four more running debates than the other',
    },
    { later: 4 },
  ),
  valued(
    {
      metric: 'websocket_connections',
      name: 'stuck',
      about: 'moves',
      description: 'the gauge of open sockets stays at zero',
    },
    { always: '0' },
  ),
  valued(
    {
      metric: 'websocket_connections',
      name: 'stuck-high',
      about: 'moves',
      description: 'the gauge of open sockets stays at a thousand',
    },
    { always: '1000' },
  ),
  valued(
    {
      metric: 'websocket_connections',
      name: 'half',
      about: 'moves',
      description: 'every second open socket is not counted',
    },
    { times: 0.5 },
  ),
  valued(
    { metric: 'websocket_connections', name: 'nan', about: 'moves', description: 'the gauge of open sockets is NaN' },
    { always: 'NaN' },
  ),
  valued(
    {
      metric: 'websocket_connections',
      name: 'never-falls',
      about: 'returns',
      description: 'sockets that closed are not counted down',
    },
    'highest',
  ),
];
