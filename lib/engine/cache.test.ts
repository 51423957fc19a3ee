import { describe, expect, it } from 'vitest';
import { cacheDir } from './cache.ts';

describe('the cache folder', () => {
  it.each([
    ['ARAGORA_SLO_CACHE before all', { ARAGORA_SLO_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
    ['then XDG_CACHE_HOME', { XDG_CACHE_HOME: '/b' }, '/b/aragora-slo'],
  ])('is %s', (_, env, expected) => {
    expect(cacheDir(env)).toBe(expected);
  });

  it('is in the home folder otherwise', () => {
    expect(cacheDir({})).toMatch(/\.cache.aragora-slo$/);
  });

  it('is asked for where the user has no home', () => {
    const home = (): string => {
      throw new Error('uv_os_homedir returned ENOENT');
    };
    expect(() => cacheDir({}, home)).toThrow('there is no home folder to keep the load engine in');
  });
});
