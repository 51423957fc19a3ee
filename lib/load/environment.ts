/** The environment of the load engine: what a program needs to run here, and nothing else. Passwords of backends are none of its business. */

const NEEDED: readonly RegExp[] = [
  // Of any program: where it is, where files go, in which language and at which place.
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TMP|TEMP|TZ|LANG|LC_\w+|XDG_\w+)$/,
  // Of a program on Windows.
  /^(SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData|NUMBER_OF_PROCESSORS)$/i,
  // Of a program in Go: its memory, its cores, and the authorities that the machine trusts.
  /^(GOGC|GODEBUG|GOMAXPROCS|GOMEMLIMIT|GOTRACEBACK|SSL_CERT_FILE|SSL_CERT_DIR)$/,
];

/**
 * Variables K6_… are not among them, because they are k6's own options: one left over in a shell would change the load, or write the token
 * into the log. Nor are proxies: a load goes straight to the target, or it would measure a proxy.
 */
export function engineEnvironment(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => NEEDED.some((needed) => needed.test(name))));
}
