// Lines over time as one SVG, panel below panel: no library, so that the file opens anywhere.

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly name: string;
  /** One value for each moment of the chart; NaN where there was none. */
  readonly values: readonly number[];
}

const size = { width: 960, panel: 300, left: 60, right: 230, top: 30, bottom: 30 };
const plot = {
  width: size.width - size.left - size.right,
  height: size.panel - size.top - size.bottom,
};

/** @param minutes of each sample since the start. */
export function drawChart(title: string, minutes: readonly number[], panels: readonly Panel[]) {
  const height = 40 + panels.length * size.panel;
  const drawn = panels.map((panel, index) => drawPanel(panel, minutes, 40 + index * size.panel));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
<text x="${size.left}" y="24" font-size="15">${escape(title)}</text>
${drawn.join('\n')}
</svg>
`;
}

function drawPanel({ title, lines }: Panel, minutes: readonly number[], y: number): string {
  const last = minutes.at(-1) ?? 1;
  const most = Math.max(1, ...lines.flatMap(({ values }) => values.filter(Number.isFinite)));
  const xOf = (minute: number) => size.left + (minute / last) * plot.width;
  const yOf = (value: number) => y + size.top + (1 - value / most) * plot.height;
  const grid = [0, 0.5, 1].map((share) => {
    const at = yOf(share * most);
    return (
      `<line x1="${size.left}" x2="${size.left + plot.width}" y1="${at}" y2="${at}" stroke="#ddd"/>` +
      `<text x="${size.left - 6}" y="${at + 4}" text-anchor="end">${(share * most).toFixed(0)}</text>`
    );
  });
  const paths = lines.map(({ values }, index) => {
    const points = values.flatMap((value, at) =>
      Number.isFinite(value)
        ? [`${xOf(minutes[at] ?? 0).toFixed(1)},${yOf(value).toFixed(1)}`]
        : [],
    );
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colorOf(index)}"/>`;
  });
  const names = lines.map(({ name }, index) => {
    const at = y + size.top + 10 + index * 15;
    return `<text x="${size.left + plot.width + 12}" y="${at}" fill="${colorOf(index)}">${escape(name)}</text>`;
  });
  const axis = `<text x="${size.left + plot.width}" y="${y + size.top + plot.height + 18}" text-anchor="end">${last.toFixed(1)} minutes</text>`;
  return [
    `<text x="${size.left}" y="${y + 18}" font-weight="bold">${escape(title)}</text>`,
    ...grid,
    ...paths,
    ...names,
    axis,
  ].join('\n');
}

/** Far apart for neighbours: the golden angle. */
const colorOf = (index: number) => `hsl(${Math.round(index * 137.5) % 360} 70% 40%)`;

const escape = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
