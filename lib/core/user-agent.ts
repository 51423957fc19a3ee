/** How the load's clients name themselves in the header User-Agent. */
export const USER_AGENT = 'aragora-slo';
