/** The least mutation score that is accepted: of all mutants every night, and of a sample in `npm test`. */
export const FLOOR = 0.6;
