// What kind of machine: the special before the general, and what a maker builds.
import type { Fixtures } from './fixture.ts';

export const kinds: Fixtures = {
  'backhoe-over-loader': {
    trap: 'backhoe, skid-steer and track loaders are all "Loader": the naive rule',
    rules: ['specificEnough', 'parentForChild'],
    sees: { logos: { Case: 0.92 }, labels: { Loader: 0.9 }, entities: { 'Backhoe loader': 0.8 } },
    shows: ['Case', 'Backhoe Loader', null],
  },
  'backhoe-is-no-loader-besides': {
    trap: '"Backhoe loader" names one kind, not "Loader" besides',
    sees: { labels: { 'Backhoe loader': 0.9 } },
    shows: [null, 'Backhoe Loader', null],
    sure: false,
  },
  'skid-steer': {
    trap: 'a hyphen in the kind: "Skid-steer loader"',
    sees: {
      text: ['BOBCAT'],
      labels: { 'Skid-steer loader': 0.9, Loader: 0.8 },
      entities: { 'Skid-steer loader': 0.8 },
    },
    shows: ['Bobcat', 'Skid Steer Loader', null],
  },
  'size-class-by-number': {
    trap: 'a label "Compact excavator" does not shrink a 336E',
    rules: ['modelParentForChild'],
    sees: { text: ['CAT', '336E'], labels: { 'Compact excavator': 0.6 } },
    shows: ['Caterpillar', 'Excavator', '336E'],
  },
  'number-beats-label': {
    trap: 'labels take an excavator for a dozer; its number knows better',
    sees: { text: ['CAT', '320D'], labels: { Bulldozer: 0.95 } },
    shows: ['Caterpillar', 'Excavator', '320D'],
  },
  'kind-in-danish': {
    trap: 'the web of Denmark: gummiged, rendegraver',
    sees: { text: ['HYDREMA'], labels: { Rendegraver: 0.9 }, entities: { Rendegraver: 0.9 } },
    shows: ['Hydrema', 'Backhoe Loader', null],
  },
  'kind-outside-the-line': {
    trap: 'Takeuchi builds no cranes: a weak hint is no answer, and that is said',
    rules: ['outsideProductLine'],
    sees: { text: ['TAKEUCHI'], entities: { Crane: 0.9 }, labels: { Crane: 0.8 } },
    shows: ['Takeuchi', 'Mini Excavator', null],
    hidden: true,
    answers: ['Takeuchi', null, null],
    sure: false,
    says: 'does not build',
  },
  'hint-against-the-number': {
    trap: 'a weak web hint against the maker’s line beside a good number',
    sees: { text: ['TAKEUCHI', 'TB260'], entities: { Crane: 0.9 }, guesses: ['mobile crane'] },
    shows: ['Takeuchi', 'Mini Excavator', 'TB260'],
    says: 'does not build',
  },
  'two-kinds-of-equal-weight': {
    trap: 'label and web name two kinds: neither is sure',
    rules: ['contestedFrom'],
    sees: {
      logos: { Volvo: 0.95 },
      labels: { Excavator: 0.95, 'Wheel loader': 0.93 },
      entities: { Excavator: 0.9, 'Wheel loader': 0.9 },
    },
    shows: ['Volvo', null, null],
    answers: ['Volvo', 'Excavator', null],
    sure: false,
    says: 'Another kind',
  },
  'telehandler-by-number': {
    trap: 'kinds that the naive list does not know: telehandler, roller, crane, dumper',
    sees: { text: ['MERLO', 'P40.17'] },
    shows: ['Merlo', 'Telehandler', 'P40.17'],
  },
  'roller-by-number': {
    trap: 'a roller with blanks in its number',
    sees: { text: ['BOMAG', 'BW 120 AD-5'] },
    shows: ['Bomag', 'Tandem Roller', 'BW 120 AD-5'],
  },
  'hauler-by-number': {
    trap: 'an articulated hauler is no lorry',
    sees: { text: ['VOLVO', 'A40G'], labels: { Truck: 0.95, Vehicle: 0.9 } },
    shows: ['Volvo', 'Articulated Hauler', 'A40G'],
  },
  'develon-is-doosan-renamed': {
    trap: 'Doosan and Develon number alike: the name on the machine decides',
    sees: { text: ['DEVELON', 'DX225LC-7'], entities: { Doosan: 0.8 } },
    shows: ['Develon', 'Excavator', 'DX225LC-7'],
  },
};
