/** A large made-up exposition for tests and the benchmark. */

/** About `bytes` characters of histograms and counters with several labels, as a server with many routes exposes them. */
export function largeExposition(bytes: number): string {
  const parts: string[] = [];
  let length = 0;
  const add = (line: string): void => {
    parts.push(line, '\n');
    length += line.length + 1;
  };
  for (let family = 0; length < bytes; family++) {
    const name = `aragora_made_up_${family}_seconds`;
    add(`# HELP ${name} Latency number ${family}`);
    add(`# TYPE ${name} histogram`);
    for (let route = 0; route < 100 && length < bytes; route++) {
      const labels = `method="GET",endpoint="/api/debates/${family}/${route}"`;
      for (const le of ['0.01', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf']) {
        add(`${name}_bucket{${labels},le="${le}"} ${(route * 7919) % 100_003}`);
      }
      add(`${name}_sum{${labels}} ${(route * 0.731).toFixed(6)}`);
      add(`${name}_count{${labels}} ${(route * 7919) % 100_003}`);
    }
  }
  return parts.join('');
}
