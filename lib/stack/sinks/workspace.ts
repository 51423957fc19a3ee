/** What the stand-ins for PagerDuty and Slack know of the team whose alerts they get. */

/** That the Slack workspace has: those of the documented routes. */
export const DOCUMENTED_CHANNELS = ['#aragora-alerts', '#aragora-warnings'] as const;

/** 32 characters, as PagerDuty's are, and of nobody. */
export const ROUTING_KEY = '0123456789abcdef0123456789abcdef';
