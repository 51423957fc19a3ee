/** Owns how numbers are typed on the command line. Refuses to know what they count. */
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError, which names the option, for anything but a whole number of 32 bits. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffffffff)
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  return value;
}

/** @throws InvalidArgumentError, which names the option, for anything but a finite number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text || Number.NaN);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number greater than 0.');
  return value;
}

/** @throws InvalidArgumentError, which names the option, for anything but a number above 0 and below 1: at 1, all is within it. */
export function shareBelowOne(text: string): number {
  const value = Number(text || Number.NaN);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('It must be a number greater than 0 and less than 1; 0.05 is 5 %.');
  return value;
}

/** @throws InvalidArgumentError, which names the option, for anything but whole seconds from 1 to an hour. */
export function wholeSeconds(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 3600)
    throw new InvalidArgumentError('It must be a whole number of seconds from 1 to 3600.');
  return value;
}
