// The kinds of machine, from general to specific, and the words by which the world calls them.
// To add one: a row. `words` are lower case, in any language; a plural -s is understood.

interface Kind {
  readonly parent?: string;
  readonly words: readonly string[];
}

export const taxonomy = {
  Excavator: {
    words: [
      'excavator',
      'crawler excavator',
      'digger',
      'trackhoe',
      'hydraulic excavator',
      'gravemaskine',
      'grävmaskin',
      'gravemaskin',
      'bagger',
      'kettenbagger',
    ],
  },
  'Mini Excavator': {
    parent: 'Excavator',
    words: [
      'mini excavator',
      'compact excavator',
      'mini digger',
      'minigraver',
      'minigrävare',
      'minigravemaskine',
      'minibagger',
    ],
  },
  'Wheeled Excavator': {
    parent: 'Excavator',
    words: [
      'wheeled excavator',
      'wheel excavator',
      'mobile excavator',
      'hjulgraver',
      'mobilbagger',
      'gummihjulsgraver',
      'hjulgrävare',
    ],
  },
  'Material Handler': {
    parent: 'Excavator',
    words: ['material handler', 'umschlagbagger', 'scrap handler'],
  },
  Loader: { words: ['loader', 'tractor loader', 'læssemaskine', 'lastare'] },
  'Wheel Loader': {
    parent: 'Loader',
    words: [
      'wheel loader',
      'front loader',
      'front end loader',
      'bucket loader',
      'payloader',
      'gummiged',
      'hjullæsser',
      'hjullastare',
      'hjullaster',
      'radlader',
    ],
  },
  'Backhoe Loader': {
    parent: 'Loader',
    words: [
      'backhoe loader',
      'backhoe',
      'rendegraver',
      'gravelæsser',
      'traktorgraver',
      'grävlastare',
      'baggerlader',
    ],
  },
  'Skid Steer Loader': {
    parent: 'Loader',
    words: ['skid steer loader', 'skid steer', 'skid loader', 'minilæsser', 'kompaktlader'],
  },
  'Compact Track Loader': {
    parent: 'Loader',
    words: ['compact track loader', 'multi terrain loader', 'mini track loader'],
  },
  'Track Loader': {
    parent: 'Loader',
    words: ['track loader', 'crawler loader', 'tracked loader', 'laderaupe'],
  },
  Bulldozer: {
    words: [
      'bulldozer',
      'dozer',
      'crawler dozer',
      'track type tractor',
      'crawler tractor',
      'planierraupe',
      'bandschaktare',
    ],
  },
  'Motor Grader': { words: ['motor grader', 'grader', 'road grader', 'vejhøvl', 'väghyvel'] },
  Scraper: { words: ['wheel tractor scraper', 'motor scraper', 'tractor scraper'] },
  Pipelayer: { words: ['pipelayer', 'pipe layer'] },
  'Dump Truck': { words: ['dump truck', 'dumper', 'haul truck', 'dumper truck'] },
  'Articulated Hauler': {
    parent: 'Dump Truck',
    words: [
      'articulated dump truck',
      'articulated hauler',
      'articulated dumper',
      'dumptruck adt',
      'knækstyret dumper',
      'ramstyrd dumper',
      'knicklenker',
    ],
  },
  'Rigid Dump Truck': {
    parent: 'Dump Truck',
    words: ['rigid dump truck', 'off highway truck', 'mining truck', 'rigid hauler'],
  },
  'Site Dumper': {
    parent: 'Dump Truck',
    words: ['site dumper', 'mini dumper', 'track dumper', 'minidumper', 'motorbør'],
  },
  'Tracked Carrier': {
    parent: 'Dump Truck',
    words: [
      'tracked carrier',
      'crawler carrier',
      'rubber track carrier',
      'bæltedumper',
      'raupendumper',
    ],
  },
  Telehandler: {
    words: [
      'telehandler',
      'telescopic handler',
      'telescopic loader',
      'teleskoplæsser',
      'teleskoplastare',
      'teleskoplader',
      'teleloader',
    ],
  },
  'Rotating Telehandler': {
    parent: 'Telehandler',
    words: ['rotating telehandler', 'rotating telescopic handler', 'roto telehandler'],
  },
  Forklift: { words: ['forklift', 'forklift truck', 'gaffeltruck', 'gabelstapler'] },
  Roller: {
    words: ['road roller', 'roller compactor', 'compactor', 'vejtromle', 'tromle', 'vält', 'walze'],
  },
  'Tandem Roller': {
    parent: 'Roller',
    words: ['tandem roller', 'asphalt roller', 'double drum roller', 'tandemtromle'],
  },
  'Single Drum Roller': {
    parent: 'Roller',
    words: ['single drum roller', 'soil compactor', 'soil roller', 'walzenzug', 'jordtromle'],
  },
  'Pneumatic Roller': {
    parent: 'Roller',
    words: ['pneumatic roller', 'pneumatic tyred roller', 'rubber tired roller'],
  },
  'Landfill Compactor': { words: ['landfill compactor', 'refuse compactor'] },
  'Plate Compactor': {
    words: ['plate compactor', 'vibratory plate', 'pladevibrator', 'rüttelplatte'],
  },
  'Asphalt Paver': {
    words: ['asphalt paver', 'paver', 'asfaltudlægger', 'asfaltläggare', 'straßenfertiger'],
  },
  'Cold Planer': { words: ['cold planer', 'milling machine', 'road milling machine', 'fræser'] },
  Crane: { words: ['crane', 'kran'] },
  'Mobile Crane': {
    parent: 'Crane',
    words: ['mobile crane', 'truck crane', 'all terrain crane', 'rough terrain crane', 'mobilkran'],
  },
  'Crawler Crane': { parent: 'Crane', words: ['crawler crane', 'larvekran', 'raupenkran'] },
  'Tower Crane': { parent: 'Crane', words: ['tower crane', 'tårnkran', 'turmdrehkran'] },
  'Loader Crane': { parent: 'Crane', words: ['loader crane', 'knuckle boom crane', 'ladekran'] },
  'Aerial Work Platform': {
    words: ['aerial work platform', 'aerial lift', 'cherry picker', 'personlift', 'arbeitsbühne'],
  },
  'Scissor Lift': { parent: 'Aerial Work Platform', words: ['scissor lift', 'sakselift'] },
  'Boom Lift': { parent: 'Aerial Work Platform', words: ['boom lift', 'bomlift'] },
  Crusher: {
    words: [
      'crusher',
      'jaw crusher',
      'impact crusher',
      'cone crusher',
      'stenknuser',
      'brecher',
      'knuseværk',
    ],
  },
  Screener: { words: ['screener', 'screening plant', 'scalper', 'sorteranlæg', 'siebanlage'] },
  Trencher: { words: ['trencher', 'kædegraver'] },
  'Drilling Rig': { words: ['drilling rig', 'drill rig', 'borerig', 'bohrgerät'] },
  'Concrete Pump': { words: ['concrete pump', 'betonpumpe'] },
  Harvester: { words: ['forest harvester', 'wood harvester'] },
  Forwarder: { words: ['forwarder', 'udkørselsmaskine', 'skotare'] },
} as const satisfies Readonly<Record<string, Kind>>;

export type MachineType = keyof typeof taxonomy;

/** What a picture shows that is no construction machine. */
export const otherVehicles: readonly string[] = [
  'car',
  'family car',
  'compact car',
  'sedan',
  'hatchback',
  'suv',
  'sport utility vehicle',
  'van',
  'pickup truck',
  'semi-trailer truck',
  'trailer truck',
  'tractor unit',
  'bus',
  'coach',
  'motorcycle',
  'boat',
  'personbil',
  'lastbil',
];

/** Haul trucks are labelled so too: no vehicle of another kind where nothing else is seen. */
export const lorries: readonly string[] = ['truck', 'commercial vehicle', 'lorry'];

/** What bears a maker's name and the look of a machine, and is none. */
export const toys: readonly string[] = [
  'toy',
  'toy vehicle',
  'scale model',
  'model car',
  'die cast toy',
  'playset',
  'legetøj',
  'lego',
  'video game',
  'video game software',
  'pc game',
  'book',
  'book cover',
];

const kinds: Readonly<Record<string, Kind>> = taxonomy;

/** `type` itself, its parent, its parent's parent ... */
export function lineage(type: MachineType): MachineType[] {
  const parent = kinds[type]?.parent as MachineType | undefined;
  return parent === undefined ? [type] : [type, ...lineage(parent)];
}

/** True when the one is the other or a special case of it. */
export const isKindOf = (type: MachineType, general: MachineType) =>
  lineage(type).includes(general);

/** The one is a special case of the other, or they are the same. */
export const areKin = (one: MachineType, other: MachineType) =>
  isKindOf(one, other) || isKindOf(other, one);
