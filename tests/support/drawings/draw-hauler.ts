import { cab, cylinder, line, outline, pin, polygon, wheel, type Paint } from './paint.ts';
import type { MachineShape } from './machine-shape.ts';

/** An articulated hauler from its side, its body down. */
export const hauler: MachineShape = {
  middle: 0,
  panels: {
    side: { x: -150, y: -284, width: 330, height: 62, slope: 0, ground: 'body' },
    tail: { x: 396, y: -262, width: 120, height: 40, slope: 6, ground: 'body' },
    low: { x: 192, y: -246, width: 108, height: 28, slope: 0, ground: 'body' },
    arm: { x: -170, y: -360, width: 260, height: 34, slope: 0, ground: 'body' },
    stick: { x: -250, y: -217, width: 190, height: 24, slope: 0, ground: 'body' },
  },
  draw: (paint) =>
    [
      polygon(
        [
          [-430, -170],
          [260, -170],
          [260, -120],
          [-430, -120],
        ],
        'url(#dark)',
      ),
      body(),
      cylinder([20, -150], [-90, -210], 20),
      tractor(paint),
      wheel(-330, 100, paint.body),
      wheel(-118, 100, paint.body),
      wheel(316, 100, paint.body),
    ].join(''),
};

function body(): string {
  return [
    outline('M-506,-330 L-420,-190 L40,-190 L84,-250 L84,-410 L20,-430 L-430,-392 Z', 'url(#body)'),
    line(
      [
        [-478, -330],
        [84, -330],
      ],
      '#17191b',
      3,
      'opacity=".4"',
    ),
    line(
      [
        [-446, -240],
        [78, -240],
      ],
      '#17191b',
      3,
      'opacity=".4"',
    ),
    ...[-380, 30].map((x) =>
      line(
        [
          [x, -392],
          [x, -194],
        ],
        '#17191b',
        2.5,
        'opacity=".3"',
      ),
    ),
    // the load
    outline('M-420,-392 Q-330,-462 -250,-440 Q-170,-500 -90,-452 Q-30,-470 16,-428 Z', '#8a6a48'),
    outline(
      'M-360,-410 Q-280,-440 -200,-430 M-150,-446 Q-90,-470 -30,-436',
      'none',
      'style="stroke-opacity:.3"',
    ),
  ].join('');
}

function tractor(paint: Paint): string {
  return [
    outline('M120,-130 L120,-270 L470,-270 L500,-240 L500,-120 L430,-110 Z', 'url(#trim)'),
    outline(
      'M286,-260 L300,-318 Q304,-326 320,-326 L470,-290 Q500,-280 504,-250 L504,-180 L300,-180 Z',
      'url(#body)',
    ),
    polygon(
      [
        [480, -250],
        [504, -244],
        [504, -190],
        [480, -190],
      ],
      'url(#dark)',
    ),
    cab(
      [
        [142, -262],
        [150, -470],
        [270, -470],
        [300, -262],
      ],
      paint.body,
    ),
    outline('M130,-270 L300,-270 L300,-196 L130,-196 Z', 'url(#body)'),
    outline(
      'M196,-180 Q214,-234 316,-234 Q412,-234 434,-176 L418,-170 Q398,-212 316,-212 Q232,-212 214,-172 Z',
      'url(#trim)',
    ),
    line(
      [
        [150, -190],
        [150, -80],
        [196, -80],
        [196, -190],
      ],
      '#2b2e32',
      7,
    ),
    line(
      [
        [150, -130],
        [196, -130],
      ],
      '#2b2e32',
      6,
    ),
    pin([96, -170], 16),
  ].join('');
}
