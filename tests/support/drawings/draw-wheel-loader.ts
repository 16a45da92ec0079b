import { cab, cylinder, line, outline, pin, polygon, wheel } from './paint.ts';
import type { MachineShape } from './machine-shape.ts';

/** A wheel loader from its side, the bucket just above the ground. */
export const wheelLoader: MachineShape = {
  middle: 100,
  panels: {
    side: { x: -256, y: -292, width: 208, height: 58, slope: 0, ground: 'body' },
    low: { x: -14, y: -222, width: 150, height: 40, slope: 0, ground: 'body' },
    tail: { x: -400, y: -262, width: 42, height: 50, slope: 0, ground: 'trim' },
    arm: { x: 226, y: -294, width: 152, height: 34, slope: 32, ground: 'body' },
    stick: { x: -20, y: -164, width: 140, height: 22, slope: 0, ground: 'body' },
  },
  draw: (paint) =>
    [
      bucket(),
      // front frame and fender
      outline('M40,-150 L60,-300 L150,-310 L196,-220 L250,-150 Z', 'url(#trim)'),
      rearFrame(),
      cab(
        [
          [-104, -256],
          [-98, -466],
          [42, -466],
          [64, -256],
        ],
        paint.body,
      ),
      outline('M-118,-262 L80,-262 L92,-180 L60,-140 L-118,-140 Z', 'url(#body)'),
      arm(),
      wheel(-236, 112, paint.body),
      wheel(196, 112, paint.body),
      outline(
        'M70,-176 Q96,-262 196,-262 Q268,-262 296,-214 L282,-206 Q254,-240 196,-240 Q110,-240 92,-170 Z',
        'url(#trim)',
      ),
      line(
        [
          [-60, -140],
          [-60, -60],
          [-20, -60],
          [-20, -140],
        ],
        '#2b2e32',
        7,
      ),
      line(
        [
          [-60, -100],
          [-20, -100],
        ],
        '#2b2e32',
        6,
      ),
    ].join(''),
};

function rearFrame(): string {
  return [
    outline('M-430,-150 Q-440,-250 -420,-300 L-360,-300 L-352,-140 L-420,-130 Z', 'url(#trim)'),
    outline(
      'M-372,-206 L-372,-336 Q-370,-352 -352,-352 L-130,-352 L-110,-330 L-110,-206 Z',
      'url(#body)',
    ),
    line(
      [
        [-372, -326],
        [-112, -326],
      ],
      '#17191b',
      2.5,
      'opacity=".45"',
    ),
    ...Array.from({ length: 6 }, (_, slot) =>
      line(
        [
          [-352 + slot * 12, -246],
          [-352 + slot * 12, -226],
        ],
        '#1d1f21',
        5,
      ),
    ),
    outline('M-372,-206 L-110,-206 L-104,-140 L-360,-140 Z', 'url(#dark)'),
    outline(
      'M-352,-190 Q-330,-262 -236,-262 Q-150,-262 -122,-190 L-138,-184 Q-160,-240 -236,-240 Q-316,-240 -336,-182 Z',
      'url(#trim)',
    ),
    outline('M-180,-352 v-54 q0,-8 10,-8 q10,0 10,8 v54 Z', 'url(#dark)'),
    line(
      [
        [-330, -352],
        [-330, -380],
        [-220, -380],
        [-220, -352],
      ],
      '#2b2e32',
      6,
    ),
  ].join('');
}

function arm(): string {
  return [
    cylinder([96, -190], [250, -250], 24),
    // the lever that tips the bucket, behind the arm
    cylinder([116, -392], [250, -352], 20),
    polygon(
      [
        [236, -372],
        [268, -372],
        [320, -190],
        [296, -180],
      ],
      'url(#trim)',
    ),
    line(
      [
        [306, -192],
        [432, -190],
      ],
      '#3c4046',
      16,
    ),
    pin([252, -356], 11),
    outline(
      'M92,-366 Q120,-392 156,-374 L330,-258 L420,-116 L404,-92 L370,-100 L300,-200 L112,-318 Q84,-338 92,-366 Z',
      'url(#body)',
    ),
    pin([116, -348], 14),
    pin([396, -106], 13),
    pin([432, -190], 11),
  ].join('');
}

function bucket(): string {
  return [
    outline(
      'M386,-96 L440,-236 Q470,-246 500,-236 L470,-130 Q470,-74 512,-58 L618,-30 L614,-12 L430,-14 Q392,-30 386,-96 Z',
      'url(#dark)',
    ),
    outline('M470,-228 L452,-128 Q448,-60 500,-44 L600,-24', 'none', 'style="stroke-opacity:.4"'),
    ...[0, 1].map((tooth) =>
      polygon(
        [
          [590, -30 + tooth * 10],
          [650, -16],
          [592, -12],
        ],
        'url(#steel)',
      ),
    ),
  ].join('');
}
