import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'JCB',
  aliases: ['JCB', 'J C Bamford'],
  makes: [
    'Excavator',
    'Loader',
    'Telehandler',
    'Dump Truck',
    'Roller',
    'Forklift',
    'Aerial Work Platform',
  ],
  models: [
    ['Backhoe Loader', 'strong', '[1-5]CX(?:PRO|ECO|SUPER|COMPACT)?'],
    ['Excavator', 'alone', String.raw`JS(?:[1-4]\d{2})(?:LC|NC|SC|W|XD|HD|L)*`],
    [
      'Excavator',
      'medium',
      String.raw`(?:130|131|140|150|190|210|220|245|260|300|330|370)X(?:R|LC|NC)?`,
    ],
    [
      'Mini Excavator',
      'medium',
      String.raw`80\d{2}(?:CTS|ZTS|RTS|CTL)?|(?:15|16|18|19|25|26|35|48|50|51|55|57|60|65|67|85|86|90|100)(?:C|Z|R)-\d[E]?`,
    ],
    ['Telehandler', 'strong', String.raw`5\d{2}-\d{2,3}[A-Z]?`],
    ['Rotating Telehandler', 'strong', String.raw`555-(?:210|260)R`],
    [
      'Wheel Loader',
      'medium',
      '4(?:03|06|07|09|10|11|13|14|16|17|26|27|32|34|35|36|37|47|55|56|57|67)(?:S|ZX|HT|E|B)?',
    ],
    ['Telehandler', 'medium', String.raw`TM\d{3}[SR]?`],
    ['Single Drum Roller', 'medium', String.raw`VM\d{2,3}[DP]?|VMT\d{3}|CT\d{3}`],
    [
      'Skid Steer Loader',
      'medium',
      '(?:135|155|160|170|175|190|205|215|225|250|260|280|300|330)W?',
    ],
    ['Articulated Hauler', 'medium', '7(?:14|16|18|22|26)'],
    ['Site Dumper', 'medium', String.raw`HTD-?5|[1679]T-[12]`],
  ],
};
