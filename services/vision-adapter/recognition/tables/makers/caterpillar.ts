import { fullLine, type Maker } from '../maker.ts';

const excavators = '31[1-9]|32[0-9]|33[0-9]|34[0-9]|35[0-9]|36[05]|37[45]|38[05]|39[05]';
const wheelLoaders =
  '90[1-9]|91[0-8]|92[0-8]|930|936|938|950|962|966|972|980|982|986|988|990|99[2-5]';
const trackLoaders = '933|939|943|953|963|973';
const graders = '12|14|16|18|24|120|130|135|140|143|150|160|163';
const backhoes = '41[56]|42[0-8]|43[0-8]|44[0-4]|450';

export const maker: Maker = {
  name: 'Caterpillar',
  words: ['CAT'],
  makes: [
    ...fullLine,
    'Telehandler',
    'Asphalt Paver',
    'Cold Planer',
    'Scraper',
    'Pipelayer',
    'Landfill Compactor',
    'Forklift',
  ],
  models: [
    [
      'Mini Excavator',
      'medium',
      String.raw`(30[0-9](?:\.\d{1,2})?)([A-H]2?)(CR|SR|SB)?`,
      '$1$2 $3',
    ],
    ['Mini Excavator', 'medium', String.raw`(30[0-9](?:\.\d{1,2})?)(CR|SR)`, '$1 $2'],
    ['Mini Excavator', 'medium', String.raw`30[0-9]\.\d{1,2}`],
    ['Mini Excavator', 'weak', '30[1-9]|310'],
    [
      'Excavator',
      'medium',
      `(${excavators})([A-H]2?)((?:L|LN|LC|LR|LRR|LCR|RR|SR|CR|U|UHD|ME|MHPU|XE)?)`,
      '$1$2 $3',
    ],
    ['Excavator', 'medium', `(${excavators})(L|LN|LC|LR|CR|SR|GC|GX|XE|UHD)`, '$1 $2'],
    ['Excavator', 'weak', excavators],
    ['Wheeled Excavator', 'medium', 'M3(?:12|13|14|15|16|17|18|19|20|22|23)[C-F]?'],
    ['Material Handler', 'medium', String.raw`MH30[2-8]\d[A-D]?|MH32[0-9]{2}|MH33[0-9]{2}`],
    ['Wheel Loader', 'medium', `(${wheelLoaders})([B-N]2?)((?:XE|Z|XL)?)`, '$1$2 $3'],
    ['Wheel Loader', 'medium', `(${wheelLoaders})(GC|XE)`, '$1 $2'],
    ['Wheel Loader', 'weak', wheelLoaders],
    ['Track Loader', 'medium', `(${trackLoaders})[B-K]`],
    ['Track Loader', 'weak', trackLoaders],
    ['Bulldozer', 'medium', '(D(?:[3-9]|10|11))([B-T]2?)((?:XL|XW|LGP|XE|CD|WH|II)?)', '$1$2 $3'],
    ['Bulldozer', 'medium', '(D(?:[3-9]|10|11))(XL|XW|LGP|XE|GC)', '$1 $2'],
    ['Bulldozer', 'weak', 'D(?:[2-9]|10|11)'],
    ['Motor Grader', 'medium', `(${graders})(?:[A-LN]|[HM][23]|MAWD)`],
    ['Motor Grader', 'weak', `(?:${graders})M`],
    ['Motor Grader', 'medium', '(120|140|150|160)(GC|AWD|LVR)', '$1 $2'],
    ['Backhoe Loader', 'medium', `(${backhoes})([B-F]2?)((?:IT|XE|ST)?)`, '$1$2 $3'],
    ['Backhoe Loader', 'weak', backhoes],
    ['Articulated Hauler', 'medium', '7(?:25|30|35|40|45)(?:[B-E]2?|EJ)'],
    ['Articulated Hauler', 'medium', '(725|730|735|740|745)(GC|EJ)', '$1 $2'],
    ['Articulated Hauler', 'weak', '7(?:25|30|35|40|45)'],
    [
      'Rigid Dump Truck',
      'medium',
      '7(?:69|70|71|72|73|75|76|77|78|84|85|86|89|93|94|95|97|98)[A-G]',
    ],
    ['Rigid Dump Truck', 'weak', '7(?:69|70|71|72|73|75|77|85|89|93|97)'],
    [
      'Skid Steer Loader',
      'medium',
      '2(?:16|22|26|28|32|36|42|46|48|50|52|56|60|62|68|70|72)[B-D]3?',
    ],
    ['Compact Track Loader', 'medium', '2(?:39|47|49|57|59|67|77|79|87|89|97|99)[B-D]3?'],
    ['Telehandler', 'medium', String.raw`TH\d{2,4}[A-D]?|TL\d{3,4}[A-D]?`],
    [
      'Single Drum Roller',
      'medium',
      'C[SP](?:10|11|12|13|14|16|17|19|32|34|42|44|4[0-9]{2}|5[0-9]|5[0-9]{2}|6[0-9]|6[0-9]{2}|7[0-9]|7[0-9]{2}|8[0-9])[B-F]?',
    ],
    ['Tandem Roller', 'medium', String.raw`C[BCD](?:\d\.\d|\d{1,2}|\d{3})[B-E]?`],
    ['Pneumatic Roller', 'medium', 'CW(?:12|14|16|34)'],
    ['Asphalt Paver', 'medium', String.raw`AP\d{3,4}[A-F]?`],
    ['Cold Planer', 'medium', String.raw`PM\d{3}[A-C]?`],
    ['Scraper', 'medium', '6(?:11|13|21|23|27|31|37|51|57)[B-K]'],
    ['Landfill Compactor', 'medium', '8(?:16|26|36)[B-K]'],
    ['Pipelayer', 'medium', String.raw`PL\d{2}[A-H]?`],
  ],
};
