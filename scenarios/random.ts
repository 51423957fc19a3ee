/** What makes the bodies of the load's requests. */
import { question } from '../lib/core/question.ts';
import { hex8, Random } from '../lib/core/random.ts';

export { hex8, question, Random };
