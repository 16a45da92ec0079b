// Photos as they come from building sites: owners, fleet numbers, signs, plates.
import { nothing, type Fixtures } from './fixture.ts';

const digger = {
  labels: { 'Construction equipment': 0.96, Vehicle: 0.9, Bulldozer: 0.72, Excavator: 0.86 },
  objects: { Tire: 0.7, Person: 0.6 },
  entities: { Excavator: 0.92, 'Heavy Machinery': 1.1 },
};

export const sites: Fixtures = {
  'rental-firm-in-large': {
    trap: 'the rental firm is written larger than anything, its telephone beside it',
    sees: {
      text: [
        { text: 'RAMIRENT', height: 160 },
        { text: 'Udlejning af maskiner', height: 30 },
        { text: 'Tlf. 43 95 88 88', height: 30 },
        { text: 'CAT', height: 70, y: 600 },
        { text: '308E2 CR', height: 50, y: 690 },
      ],
      ...digger,
    },
    shows: ['Caterpillar', 'Mini Excavator', '308E2 CR'],
  },
  'cat-within-words': {
    trap: 'CAT in CATERING, CATHRINE and EDUCAT',
    sees: { text: ['CATHRINE CATERING', 'EDUCAT 320', 'CAT-5 KABEL'], labels: { Van: 0.9 } },
    shows: nothing,
  },
  'network-cable': {
    trap: '"CAT 6" is a cable',
    sees: { text: ['CAT 6', 'ETHERNET'], labels: { Cable: 0.95 } },
    shows: [null, null, null],
    answers: ['Caterpillar', null, null],
    sure: false,
  },
  'genie-civil': {
    trap: 'GÉNIE CIVIL is French for building, on every second machine there',
    sees: { text: ['GÉNIE CIVIL', 'LEFEBVRE TP'], ...digger },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'owner-called-like-a-maker': {
    trap: 'an owner called Kramer on a Komatsu',
    sees: {
      text: [
        { text: 'KRAMER TIEFBAU GMBH', height: 110 },
        { text: 'KOMATSU', height: 40 },
        { text: 'PC138US-11', height: 40 },
      ],
    },
    shows: ['Komatsu', 'Excavator', 'PC138US-11'],
  },
  'surname-that-is-a-maker': {
    trap: 'an owner called Ammann, no maker to be read',
    rules: ['ownersName'],
    sees: { text: [{ text: 'AMMANN ERDBAU AG', height: 120 }], ...digger },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'bell-and-son': {
    trap: 'Bell & Son, contractors since 1985',
    sees: {
      text: ['BELL & SON', 'SINCE 1985'],
      labels: { 'Dump truck': 0.9 },
      entities: { 'Dump truck': 0.9 },
    },
    shows: [null, 'Dump Truck', null],
    sure: false,
  },
  'gate-of-the-site': {
    trap: 'gate D6 is no dozer',
    sees: { text: ['CAT', 'PORT D6'], logos: { Caterpillar: 0.88 }, ...digger },
    shows: ['Caterpillar', 'Excavator', null],
  },
  'motorway-behind': {
    trap: 'motorway E45 behind a Bobcat: a weak number against the kind that is seen',
    rules: ['weakAgainstKind'],
    sees: {
      text: [
        { text: 'BOBCAT', height: 60, x: 100, y: 700 },
        { text: 'E45', height: 60, x: 1100, y: 80 },
        { text: 'Aarhus N', height: 40, x: 1100, y: 150 },
      ],
      labels: { 'Skid-steer loader': 0.85 },
      entities: { 'Skid-steer loader': 0.9 },
    },
    shows: ['Bobcat', 'Skid Steer Loader', null],
  },
  'height-in-metres': {
    trap: '14M is how high a telehandler lifts, and a Caterpillar grader',
    sees: { text: ['CAT', 'TH414C', '14M'] },
    shows: ['Caterpillar', 'Telehandler', 'TH414C'],
  },
  'fleet-number-like-a-model': {
    trap: 'fleet number 330 beside the maker’s name and the true model',
    rules: ['weakerRival'],
    sees: { text: [{ text: '330', height: 80 }, 'CAT', '323F L'] },
    shows: ['Caterpillar', 'Excavator', '323F L'],
  },
  'plate-like-a-model': {
    trap: 'a British plate KX62 BDE on a Kubota KX080-4',
    sees: { text: ['KUBOTA', 'KX080-4', 'KX62 BDE'] },
    shows: ['Kubota', 'Mini Excavator', 'KX080-4'],
  },
  'plate-alone-like-a-model': {
    trap: 'the same plate with no model to be read',
    sees: { text: ['KUBOTA', 'KX62 BDE'], ...digger },
    shows: ['Kubota', 'Excavator', null],
  },
  'danish-plate-like-a-model': {
    trap: 'plate EX 35 018 on a Hitachi',
    sees: { text: ['HITACHI', 'EX 35 018'], ...digger },
    shows: ['Hitachi', 'Excavator', null],
  },
  'german-plate': {
    trap: 'plate WA-PC 210 on a Komatsu loader',
    sees: { text: ['KOMATSU', 'WA380-8', 'WA-PC 210'] },
    shows: ['Komatsu', 'Wheel Loader', 'WA380-8'],
  },
  'pressure-and-oil': {
    trap: 'MAX 320 BAR, HLP 46, 24 V, 11,5 T beside a D6T',
    sees: { text: ['CAT', 'D6T', 'MAX 320 BAR', 'HLP 46', '24 V', '11,5 T', '336 L'] },
    shows: ['Caterpillar', 'Bulldozer', 'D6T'],
  },
  'advert-with-price': {
    trap: 'the caption of an advert: year, hours, price',
    sees: {
      text: [
        'CAT 320D',
        { text: 'Årgang 2008 - 9.500 timer - 320.000 kr', height: 24, y: 900 },
        { text: 'mascus.dk', height: 24, y: 930 },
      ],
    },
    shows: ['Caterpillar', 'Excavator', '320D'],
  },
  'serial-number': {
    trap: 'a type plate: PIN and serial number hold a model and more',
    sees: { text: ['HITACHI', 'ZX210LC-6', 'PIN HCMDCF00J00320123', 'S/N 350012'] },
    shows: ['Hitachi', 'Excavator', 'ZX210LC-6'],
  },
  'wanted-all-makers': {
    trap: 'a dealer’s sign lists the makers that he buys',
    rules: ['listOfMakers', 'makersInARow'],
    sees: { text: ['KØBES: CAT VOLVO KOMATSU HITACHI JCB'], ...digger },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'case-of-tools': {
    trap: 'CASE 580 x 690 mm is a box',
    rules: ['dimension'],
    sees: { text: ['CASE', '580 x 690 mm'], labels: { Toolbox: 0.9 } },
    shows: nothing,
    answers: ['Case', null, null],
    sure: false,
  },
  'road-numbers-and-permits': {
    trap: 'a Volvo without a number among permits, speeds and axle loads',
    sees: {
      text: ['VOLVO', 'P 2024', 'MAX 30', '40 km/t', 'EN 474-5', 'Stage V', 'AdBlue', 'LWA 104 dB'],
      labels: { 'Wheel loader': 0.85 },
      entities: { Loader: 1.02, 'Wheel loader': 0.8 },
    },
    shows: ['Volvo', 'Wheel Loader', null],
  },
  'tool-case': {
    trap: 'TOOL CASE is no Case',
    sees: { text: ['TOOL CASE', 'HITACHI'], labels: { Toolbox: 0.9 } },
    shows: ['Hitachi', null, null],
    sure: false,
  },
  'rented-jcb': {
    trap: 'a rental firm with a hyphen, a model with its undercarriage',
    sees: { text: ['A-PLANT', 'JCB', '8018 CTS'], ...digger },
    shows: ['JCB', 'Mini Excavator', '8018CTS'],
  },
  'lift-with-its-weight': {
    trap: 'a lift whose number looks like a series and a load',
    sees: { text: ['SKYJACK', 'SJIII 3219', '227 KG'] },
    shows: ['Skyjack', 'Scissor Lift', 'SJIII 3219'],
  },
  'makers-name-in-japanese': {
    trap: 'a maker’s name in its own writing',
    sees: { text: ['日立', 'ZX200-3'] },
    shows: ['Hitachi', 'Excavator', 'ZX200-3'],
  },
};
