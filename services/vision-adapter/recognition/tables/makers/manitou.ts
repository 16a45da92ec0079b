import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Manitou',
  aliases: ['Manitou', '曼尼通'],
  former: ['Mustang by Manitou'],
  makes: ['Telehandler', 'Forklift', 'Loader', 'Aerial Work Platform'],
  models: [
    [
      'Telehandler',
      'medium',
      String.raw`(MT|MTA)(\d{3,5})((?:HA?|E|A|EASY|COMFORT|PRIVILEGE)?)(-?\d{2,3}P?)?`,
      '$1 $2 $3 $4',
    ],
    ['Telehandler', 'strong', String.raw`(MVT|MHT(?:-X)?|MTA)(\d{3,5})([A-Z]{0,2})`, '$1 $2 $3'],
    [
      'Rotating Telehandler',
      'strong',
      String.raw`(MRT(?:-X)?)(\d{4})((?:PRIVILEGE|EASY|VISION|PLUS|[A-Z]{1,2})?\+?)`,
      '$1 $2 $3',
    ],
    ['Forklift', 'medium', String.raw`M\d{2}-\d|MC\d{2}-\d`],
    ['Forklift', 'medium', String.raw`(MI|ME)(\d{2,3})([DGH]?)`, '$1 $2 $3'],
    ['Forklift', 'medium', String.raw`(MSI|MH|TMT|TMM)(\d{2}(?:-\d)?)([A-Z]?)`, '$1 $2 $3'],
    [
      'Boom Lift',
      'medium',
      String.raw`(\d{2,3})(AETJ|ATJ|TJ|TP|ATR|VJR)(-?L|C|3D|RC|E|2|\+)?`,
      '$1 $2 $3',
    ],
    ['Scissor Lift', 'medium', String.raw`(\d{2,3})(XEL?|SC)`, '$1 $2'],

    [
      'Telehandler',
      'strong',
      String.raw`(MLT)-?(\d{3,4}(?:-\d{2,3})?)((?:PS|V|LSU|TURBO|H|E|T|NX|AS)?\+?)((?:ELITE|PREMIUM|CLASSIC)?)`,
      '$1 $2 $3 $4',
    ],
    ['Forklift', 'medium', String.raw`(MC|MI|M)-?(\d{2,3})`, '$1 $2'],
    ['Aerial Work Platform', 'medium', String.raw`\d{3}(?:ATJ|AETJ|TJ)|(?:ATJ|TJ)\d{2,3}`],
    ['Telehandler', 'strong', String.raw`(MLA)(\d{1,2}-\d{2,3})(H)?`, '$1 $2 $3'],
    ['Scissor Lift', 'medium', String.raw`(\d{4})(RT|SE)`, '$1 $2'],
  ],
};
