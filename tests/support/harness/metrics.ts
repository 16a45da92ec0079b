/**
 * The sum of a metric of a process, over the rows whose labels hold this text.
 *
 * @throws the process has no such metric.
 */
export async function sumMetric(url: string, name: string, labels = ''): Promise<number> {
  const rows = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const family = name.replace(/_(count|sum|bucket)$/, '');
  if (!rows.some((row) => row.startsWith(`# TYPE ${family} `)))
    throw new Error(`${url}/metrics has no ${name}`);
  return rows
    .filter((row) => /^[\w:]+/.exec(row)?.[0] === name && row.includes(labels))
    .reduce((sum, row) => sum + Number(row.split(' ').at(-1)), 0);
}
