/** The words for a file system's refusal. */

export const DISK_FULL = 'the disk is full';

/** What to do where the system refuses what every program needs, whatever it was needed for; undefined: it refuses something else. */
export function shortageHint(cause: unknown): string | undefined {
  switch (cause instanceof Error && 'code' in cause && cause.code) {
    case 'EMFILE':
    case 'ENFILE':
      return '`ulimit -n` says how many a process may have: 1,024 are enough';
    case 'ENOMEM':
    case 'EAGAIN':
      return '`ulimit -a` shows what this process may have';
    default:
      return undefined;
  }
}

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
    case 'ENAMETOOLONG':
      return 'its name is too long';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many open files';
    case 'ENOMEM':
    case 'EAGAIN':
      return 'the system gives too little memory, or no more processes';
    case 'EISDIR':
      return 'it is a folder, and a file was expected';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
