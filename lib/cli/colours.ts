/** Colours of the terminal. */
import pc from 'picocolors';

/** `FORCE_COLOR=0` and `=false` mean none, as in Node; picocolors takes any value for yes. */
const { FORCE_COLOR } = process.env;

export const colours = pc.createColors(pc.isColorSupported && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false');
