// The strokes that all machines share. Coordinates are pixels; a machine stands on y = 0, up is
// negative, and looks to the right.

export interface Paint {
  /** Colour of the body, #rrggbb. */
  readonly body: string;
  /** Colour of counterweight, frame and arms. */
  readonly trim: string;
}

export type Spot = readonly [x: number, y: number];

/** A colour towards white (share above 0) or black (below 0). */
function shade(color: string, share: number): string {
  const target = share > 0 ? 255 : 0;
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `#${channels
    .map((value) => Math.round(value + (target - value) * Math.abs(share)))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** Light from above: a gradient by the shape's own height. */
const lit = (id: string, color: string) =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${shade(color, 0.22)}"/><stop offset=".45" stop-color="${color}"/><stop offset="1" stop-color="${shade(color, -0.2)}"/></linearGradient>`;

/** The gradients that shapes refer to. */
export const definitions = (paint: Paint) =>
  [
    lit('body', paint.body),
    lit('trim', paint.trim),
    lit('steel', '#6f7680'),
    lit('dark', '#34383d'),
    lit('rubber', '#2b2c2e'),
    `<linearGradient id="glass" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#d9edf5"/><stop offset=".5" stop-color="#8fb4c4"/><stop offset="1" stop-color="#4f7182"/></linearGradient>`,
    `<linearGradient id="rod" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f5f7f8"/><stop offset="1" stop-color="#8b949c"/></linearGradient>`,
  ].join('');

export const polygon = (spots: readonly Spot[], fill: string, more = '') =>
  `<polygon points="${spots.map(([x, y]) => `${x},${y}`).join(' ')}" fill="${fill}" stroke="#17191b" stroke-opacity=".55" stroke-width="2.5" stroke-linejoin="round" ${more}/>`;

export const outline = (path: string, fill: string, more = '') =>
  `<path d="${path}" fill="${fill}" stroke="#17191b" stroke-opacity=".55" stroke-width="2.5" stroke-linejoin="round" ${more}/>`;

export const line = (spots: readonly Spot[], color: string, width: number, more = '') =>
  `<polyline points="${spots.map(([x, y]) => `${x},${y}`).join(' ')}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;

export const disc = ([x, y]: Spot, radius: number, fill: string, more = '') =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" ${more}/>`;

/** A pin that holds two arms. */
export const pin = (spot: Spot, radius = 13) =>
  disc(spot, radius, 'url(#steel)', 'stroke="#17191b" stroke-width="2.5"') +
  disc(spot, radius * 0.4, '#2a2d31');

/** A hydraulic cylinder: barrel from `from`, bright rod to `to`. */
export function cylinder(from: Spot, to: Spot, width: number): string {
  const [x, y] = [from[0] + (to[0] - from[0]) * 0.58, from[1] + (to[1] - from[1]) * 0.58];
  return (
    line([from, to], '#59616a', width * 0.5 + 3) +
    line([from, to], '#e8ecef', width * 0.5) +
    line([from, [x, y]], '#1c1e20', width + 4) +
    line([from, [x, y]], '#4b5159', width) +
    line([from, [x, y]], '#8d959d', width * 0.25) +
    pin(from, width * 0.62) +
    pin(to, width * 0.62)
  );
}

/** A crawler track between two x, `height` tall, standing on the ground. */
export function crawler(left: number, right: number, height: number): string {
  const r = height / 2;
  const belt = (inset: number) => {
    const radius = r - inset;
    return `M${left + r},${-height + inset} H${right - r} A${radius},${radius} 0 0 1 ${right - r},${-inset} H${left + r} A${radius},${radius} 0 0 1 ${left + r},${-height + inset} Z`;
  };
  const rollers = [];
  const room = right - left - 2 * r;
  const many = Math.max(4, Math.round(room / 55));
  for (let roller = 0; roller < many; roller += 1) {
    const x = left + r + (room * (roller + 0.5)) / many;
    rollers.push(disc([x, -27], 15, 'url(#steel)', 'stroke="#1b1d1f" stroke-width="3"'));
    rollers.push(disc([x, -27], 5, '#22252a'));
  }
  const hub = (x: number) =>
    disc([x, -r], r - 20, 'url(#steel)', 'stroke="#1b1d1f" stroke-width="4"') +
    disc([x, -r], (r - 20) * 0.62, 'url(#dark)') +
    disc([x, -r], (r - 20) * 0.22, '#8d959d');
  return (
    `<path d="${belt(7)}" fill="#1d1f21" stroke="#3c4045" stroke-width="15" stroke-dasharray="19 5"/>` +
    `<path d="${belt(14)}" fill="#24272a" stroke="#101112" stroke-width="3"/>` +
    outline(
      `M${left + r},${-height + 30} H${right - r} L${right - r - 8},-44 H${left + r + 8} Z`,
      'url(#trim)',
    ) +
    disc([(left + right) / 2 - 60, -height + 22], 9, '#4b5159') +
    disc([(left + right) / 2 + 60, -height + 22], 9, '#4b5159') +
    rollers.join('') +
    hub(left + r) +
    hub(right - r)
  );
}

/** A wheel with a lugged tyre, standing on the ground. */
export function wheel(x: number, radius: number, rim: string): string {
  const middle: Spot = [x, -radius];
  const bolts = Array.from({ length: 10 }, (_, bolt) => {
    const angle = (bolt * Math.PI) / 5;
    const far = radius * 0.3;
    return disc([x + far * Math.cos(angle), -radius + far * Math.sin(angle)], 3.5, '#2a2d31');
  });
  return (
    disc(
      middle,
      radius - 5,
      '#242527',
      'stroke="#313336" stroke-width="12" stroke-dasharray="17 9"',
    ) +
    disc(middle, radius - 12, 'url(#rubber)') +
    disc(middle, radius * 0.66, '#3a3c3f') +
    disc(middle, radius * 0.56, shade(rim, -0.25), 'stroke="#17191b" stroke-width="2.5"') +
    disc(middle, radius * 0.46, rim) +
    disc(middle, radius * 0.2, shade(rim, -0.35), 'stroke="#17191b" stroke-width="2"') +
    bolts.join('')
  );
}

/** A cab of flat glass; the spots are the corners of its frame, clockwise from the rear foot. */
export function cab(
  [rearFoot, rearTop, frontTop, frontFoot]: readonly [Spot, Spot, Spot, Spot],
  color: string,
): string {
  const mix = (a: Spot, b: Spot, share: number): Spot => [
    Math.round(a[0] + (b[0] - a[0]) * share),
    Math.round(a[1] + (b[1] - a[1]) * share),
  ];
  const pane = (left: number, right: number, top: number, bottom: number) =>
    polygon(
      [
        mix(mix(rearFoot, rearTop, bottom), mix(frontFoot, frontTop, bottom), left),
        mix(mix(rearFoot, rearTop, top), mix(frontFoot, frontTop, top), left),
        mix(mix(rearFoot, rearTop, top), mix(frontFoot, frontTop, top), right),
        mix(mix(rearFoot, rearTop, bottom), mix(frontFoot, frontTop, bottom), right),
      ],
      'url(#glass)',
    );
  const roof: Spot[] = [
    [rearTop[0] - 12, rearTop[1] - 4],
    [rearTop[0] - 4, rearTop[1] - 20],
    [frontTop[0] + 6, frontTop[1] - 20],
    [frontTop[0] + 16, frontTop[1] - 4],
  ];
  return (
    polygon([rearFoot, rearTop, frontTop, frontFoot], '#3a3f45') +
    pane(0.06, 0.34, 0.93, 0.42) +
    pane(0.41, 0.95, 0.93, 0.3) +
    // the seat and its driver, behind the glass
    outline(
      `M${mix(rearFoot, frontFoot, 0.5)[0]},${rearFoot[1] - 50} v-70 q0,-12 12,-12 q12,0 12,12 v46 h30 v24 Z`,
      '#2c3136',
      'opacity=".55"',
    ) +
    line([mix(rearFoot, rearTop, 0.36), mix(frontFoot, frontTop, 0.36)], '#3a3f45', 3) +
    line(
      [
        mix(mix(rearFoot, rearTop, 0.05), mix(frontFoot, frontTop, 0.05), 0.375),
        mix(mix(rearFoot, rearTop, 0.95), mix(frontFoot, frontTop, 0.95), 0.375),
      ],
      '#202327',
      6,
    ) +
    // a streak of light
    line(
      [
        mix(mix(rearFoot, rearTop, 0.5), mix(frontFoot, frontTop, 0.5), 0.72),
        mix(mix(rearFoot, rearTop, 0.86), mix(frontFoot, frontTop, 0.86), 0.86),
      ],
      '#ffffff',
      7,
      'opacity=".35"',
    ) +
    polygon(roof, color) +
    `<rect x="${frontTop[0] - 16}" y="${frontTop[1] - 32}" width="26" height="13" rx="3" fill="#fff4c8" stroke="#26292c" stroke-width="3"/>` +
    disc([rearTop[0] + 22, rearTop[1] - 28], 9, '#ff9d1e', 'stroke="#7a4705" stroke-width="2"')
  );
}
