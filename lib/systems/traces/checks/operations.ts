/** Words for what a query or an access does. */

export const READS = /^(select|read|get|find|query|search|retrieve|load|fetch|count|exists?)\b/i;
export const WRITES = /^(insert|update|upsert|write|set|put|save|store|create|delete|remove)\b/i;
