/** Where a debate is read by its id, and ids that no debate has. */

export function debatePath(id: string): string {
  return `/api/debates/${encodeURIComponent(id)}`;
}

/** As many random digits as the end of an id that is like another one. */
export const UNKNOWN_ID_BYTES = 4;

/** An id of the same form as one that exists: a gateway may let no other form through. No debate has it, because `hex` is random. */
export function idLike(known: string | null, hex: string): string {
  return /[0-9a-f]{8}$/i.test(known ?? '') ? (known ?? '').slice(0, -hex.length) + hex : `adhoc_${hex}`;
}
