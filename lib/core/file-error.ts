/** The words for a file system's refusal. */

export const DISK_FULL = 'the disk is full';

/** `the disk is full`, `permission denied` …: the system's own message if there are no words for its code. */
export function fileErrorText(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return DISK_FULL;
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOENT':
      return 'it does not exist';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is where a folder should be';
    case 'EISDIR':
      return 'it is a folder, and a file was expected';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
