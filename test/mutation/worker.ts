/** A process that plays mutants; workers.ts starts it with the folder of a tape. */
import { work } from './workers.ts';

work(process.argv[2] ?? '');
