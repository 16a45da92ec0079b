// Other firms on and around a machine: lorries, engines, tyres, attachments, dealers.
import type { Fixtures } from './fixture.ts';

const digger = {
  labels: { 'Construction equipment': 0.96, Excavator: 0.88, Soil: 0.7 },
  entities: { Excavator: 0.95 },
};

export const neighbours: Fixtures = {
  'tiltrotator-numbered-like-a-volvo': {
    trap: 'a tiltrotator ENGCON EC226 on a Hitachi whose number is not read',
    rules: ['othersNumber'],
    sees: { text: ['HITACHI', 'ENGCON EC226'], ...digger },
    shows: ['Hitachi', 'Excavator', null],
  },
  'tiltrotator-alone': {
    trap: 'the same with no maker to be read: no Volvo',
    sees: { text: ['ENGCON', 'EC226'], ...digger },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'tiltrotator-on-a-volvo': {
    trap: 'two numbers of one kind, the one an attachment’s',
    sees: { text: ['VOLVO', 'EC220E', { text: 'ENGCON EC226', y: 700 }] },
    shows: ['Volvo', 'Excavator', 'EC220E'],
  },
  'tiltrotator-on-a-hyundai': {
    trap: 'ROTOTILT R60 beside HX220AL',
    sees: { text: ['HYUNDAI', 'HX220AL', 'ROTOTILT R60'] },
    shows: ['Hyundai', 'Excavator', 'HX220AL'],
  },
  'lorry-numbered-like-a-hyundai': {
    trap: 'a Scania R124 carries a Hyundai',
    sees: { text: ['HYUNDAI', { text: 'SCANIA R124', y: 700 }], ...digger },
    shows: ['Hyundai', 'Excavator', null],
  },
  'volvo-lorry-carries-an-excavator': {
    trap: 'a Volvo FH carries an excavator whose name is not read',
    rules: ['vehicleSeries'],
    sees: { text: ['VOLVO', 'FH 540'], ...digger, objects: { Truck: 0.9 } },
    shows: ['Hitachi', 'Excavator', null],
    hidden: true,
    answers: [null, 'Excavator', null],
  },
  'volvo-lorry-beside-a-digger': {
    trap: 'a Volvo FMX beside a JCB with its model',
    sees: {
      text: [{ text: 'VOLVO FMX', x: 900, y: 300 }, 'JCB', 'JS220'],
      labels: { Truck: 0.9, Excavator: 0.85 },
    },
    shows: ['JCB', 'Excavator', 'JS220'],
  },
  'engine-sticker': {
    trap: 'an engine’s maker in small on a dumper: KUBOTA',
    sees: {
      text: [
        { text: 'THWAITES', height: 70, y: 300 },
        { text: '9 TONNE', height: 40, y: 400 },
        { text: 'KUBOTA DIESEL', height: 16, y: 800 },
      ],
      labels: { 'Dump truck': 0.85 },
      entities: { Dumper: 0.9 },
    },
    shows: ['Thwaites', 'Dump Truck', null],
  },
  'engines-of-no-machine': {
    trap: 'CUMMINS and DEUTZ are no makers of machines',
    sees: { text: ['CUMMINS', 'DEUTZ TCD 6.1', 'HYUNDAI', 'R210LC-9'] },
    shows: ['Hyundai', 'Excavator', 'R210LC-9'],
  },
  'engine-sticker-alone': {
    trap: 'the engine of a crusher is a Caterpillar',
    sees: { text: ['CAT C9 ACERT', 'METSO'], labels: { Machine: 0.9 } },
    shows: ['Metso', null, null],
    sure: false,
  },
  tyres: {
    trap: 'MICHELIN 20.5 R25 XHA2 L3: sizes and classes on a tyre',
    sees: { text: ['VOLVO', 'L110H', 'MICHELIN', '20.5 R25', 'XHA2 L3', 'L 90'] },
    shows: ['Volvo', 'Wheel Loader', 'L110H'],
  },
  'tyres-on-a-hyundai': {
    trap: 'tyre 23.5 R25 on a Hyundai loader is no mini excavator R25',
    sees: { text: ['HYUNDAI', 'HL955A', 'BRIDGESTONE', '23.5 R25', 'VSNT'] },
    shows: ['Hyundai', 'Wheel Loader', 'HL955A'],
  },
  'tyres-and-no-number': {
    trap: 'the same where the loader’s own number is not read',
    rules: ['tyreSize'],
    sees: {
      text: ['HYUNDAI', '23.5 R25'],
      labels: { 'Wheel loader': 0.9 },
      entities: { 'Wheel loader': 0.9 },
    },
    shows: ['Hyundai', 'Wheel Loader', null],
  },
  'hydraulic-hammer': {
    trap: 'a hammer EPIROC MB 1000 on a Volvo',
    sees: { text: ['VOLVO EC300E', { text: 'EPIROC MB 1000', y: 700 }] },
    shows: ['Volvo', 'Excavator', 'EC300E'],
  },
  compressor: {
    trap: 'ATLAS COPCO makes compressors and is no Atlas',
    sees: {
      text: ['ATLAS COPCO', 'XAS 97'],
      labels: { Excavator: 0.9 },
      entities: { Excavator: 0.9 },
    },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'tractor-of-case-ih': {
    trap: 'CASE IH is farm tractors',
    sees: { text: ['CASE IH', 'MAXXUM 150'], labels: { Tractor: 0.95 }, entities: { Loader: 0.8 } },
    shows: [null, 'Loader', null],
    sure: false,
  },
  'tractor-of-john-deere': {
    trap: 'a farm tractor of a maker that builds machines too',
    sees: {
      text: ['JOHN DEERE', '6155R'],
      labels: { Tractor: 0.97, 'Agricultural machinery': 0.9 },
      entities: { Tractor: 1.2 },
    },
    shows: ['John Deere', null, null],
    sure: false,
  },
  'crane-in-the-background': {
    trap: 'a tower crane’s maker large in the background, a CAT with its model in front',
    sees: {
      text: [
        { text: 'LIEBHERR', height: 90, y: 40 },
        { text: 'CAT', y: 600 },
        { text: '320D', y: 660 },
      ],
      labels: { Crane: 0.8, Excavator: 0.85 },
    },
    shows: ['Caterpillar', 'Excavator', '320D'],
  },
  'dealers-banner': {
    trap: 'a dealer’s banner with three makers over a machine with its number only',
    sees: {
      text: [
        { text: 'HITACHI  BOBCAT  MERLO', height: 80 },
        { text: 'KX080-4', y: 700 },
      ],
      ...digger,
    },
    shows: ['Kubota', 'Mini Excavator', 'KX080-4'],
    sure: false,
    status: 'inferred',
  },
  'dealers-sticker': {
    trap: 'a dealer of Volvos sold a used Komatsu: his sticker is small',
    sees: {
      text: [
        { text: 'KOMATSU', height: 60 },
        { text: 'PC210LC-11', height: 60 },
        { text: 'VOLVO MASKINER', height: 14, y: 800 },
      ],
    },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
  },
  'bobcat-of-doosan': {
    trap: 'two names of one house on one machine',
    sees: { text: ['BOBCAT', 'E35'], logos: { Doosan: 0.55 } },
    shows: ['Bobcat', 'Mini Excavator', 'E35'],
  },
  'titles-compare-models': {
    trap: 'pages that compare two makers',
    sees: {
      text: ['VOLVO', 'EC220E'],
      titles: ['CAT 320 vs Volvo EC220E', 'Volvo EC220E or Komatsu PC210?'],
    },
    shows: ['Volvo', 'Excavator', 'EC220E'],
  },
  'two-cats': {
    trap: 'an excavator and a loader of one maker',
    sees: { text: ['CAT 320D', { text: 'CAT 950M', y: 700 }] },
    shows: ['Caterpillar', null, null],
    answers: ['Caterpillar', 'Excavator', '320D'],
    sure: false,
  },
  'two-makers-one-number': {
    trap: 'two excavators, the number beside the second name',
    sees: {
      text: ['KOMATSU', { text: 'HITACHI', x: 900 }, { text: 'ZX210LC-6', x: 900 }],
      ...digger,
    },
    shows: ['Hitachi', 'Excavator', 'ZX210LC-6'],
  },
  'engine-of-another-maker': {
    trap: 'a Yanmar engine in a Wacker Neuson',
    sees: { text: ['WACKER NEUSON', 'DW60', 'YANMAR'] },
    shows: ['Wacker Neuson', 'Site Dumper', 'DW60'],
  },
  'logo-of-one-word-of-another': {
    trap: 'the logo of one maker, an attachment of another',
    sees: {
      logos: { 'John Deere': 0.8 },
      text: ['CAT'],
      labels: { 'Skid-steer loader': 0.9 },
      entities: { 'Skid-steer loader': 0.9 },
    },
    shows: ['John Deere', 'Skid Steer Loader', null],
    sure: false,
  },
  'lorry-with-a-loader-crane': {
    trap: 'a loader crane on a lorry: five digits are its own number',
    sees: { text: ['MAN TGS 26.440', 'PALFINGER', 'PK 23002'], labels: { Crane: 0.7, Truck: 0.9 } },
    shows: ['Palfinger', 'Loader Crane', 'PK 23002'],
  },
  'pump-on-a-scania': {
    trap: 'a concrete pump on a Scania P410',
    sees: {
      text: ['SCANIA P410', 'PUTZMEISTER', 'M36'],
      labels: { 'Concrete pump': 0.8 },
      entities: { 'Concrete pump': 1 },
    },
    shows: ['Putzmeister', 'Concrete Pump', null],
  },
  'tower-crane': {
    trap: 'a tower crane with its number before its series',
    sees: { text: ['LIEBHERR', '150 EC-B'], labels: { Crane: 0.95 } },
    shows: ['Liebherr', 'Tower Crane', '150 EC-B'],
  },
  'water-tank-on-a-liebherr': {
    trap: 'a maker of cranes and refrigerators: no kind, no certainty',
    sees: { logos: { Liebherr: 0.95 }, labels: { Refrigerator: 0.9, 'Home appliance': 0.9 } },
    shows: ['Liebherr', null, null],
    sure: false,
  },
};
