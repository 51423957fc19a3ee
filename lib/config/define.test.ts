import { describe, expectTypeOf, test } from 'vitest';
import type { BuiltInJourney } from '../journeys/index.ts';
import type { ConfigJourney, ConfigProfile, ConfigSockets } from './define.ts';

type Journeys = ConfigProfile['journeys'];

/** Keys that are spelled out; an editor proposes these. */
type Named<T> = keyof { [Key in keyof T as string extends Key ? never : Key]: true };

// The compiler checks these.
describe('the journeys of a config file', () => {
  test('are the built-in ones by name', () => {
    expectTypeOf<Named<Journeys>>().toEqualTypeOf<BuiltInJourney>();
  });

  test('have steps, or sockets', () => {
    expectTypeOf<Exclude<Journeys['debates-list'], undefined>>().toEqualTypeOf<ConfigJourney>();
    expectTypeOf<Exclude<Journeys['websocket'], undefined>>().toEqualTypeOf<ConfigSockets>();
  });

  test('may be registered ones', () => {
    expectTypeOf<{ reading: ConfigJourney; health: ConfigJourney }>().toExtend<Journeys>();
  });
});
