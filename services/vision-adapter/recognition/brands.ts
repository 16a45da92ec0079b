// Makers of construction machines: how they are written, and what they build (product lines).
// `aliases` are found whole in lettering, logos and web text; case and accents do not matter.
// `words` are aliases that are also everyday words or names: only in capitals, at a lower weight.
import type { MachineType } from './taxonomy.ts';

export interface Brand {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly words?: readonly string[];
  readonly makes: readonly MachineType[];
  /** Also makes cars or lorries, which are no machines of ours: how those are numbered. */
  readonly vehicles?: RegExp;
}

const fullLine: readonly MachineType[] = [
  'Excavator',
  'Loader',
  'Bulldozer',
  'Motor Grader',
  'Dump Truck',
  'Roller',
];
const compact: readonly MachineType[] = [
  'Excavator',
  'Loader',
  'Site Dumper',
  'Telehandler',
  'Roller',
  'Plate Compactor',
];
const paving: readonly MachineType[] = [
  'Roller',
  'Asphalt Paver',
  'Cold Planer',
  'Plate Compactor',
];
const lifting: readonly MachineType[] = ['Crane'];
const access: readonly MachineType[] = ['Aerial Work Platform', 'Telehandler'];
const handling: readonly MachineType[] = [
  'Telehandler',
  'Forklift',
  'Loader',
  'Aerial Work Platform',
];

export const brands: readonly Brand[] = [
  {
    name: 'Caterpillar',
    aliases: ['Caterpillar'],
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
  },
  {
    name: 'Volvo',
    aliases: ['Volvo', 'Volvo CE', 'Volvo Construction Equipment'],
    vehicles: /^(?:F[HM]X?\d{0,3}|F[EL]\d{0,3}|XC[4-9]0|[SV][4-9]0)$/u,
    makes: [
      'Excavator',
      'Loader',
      'Motor Grader',
      'Dump Truck',
      'Roller',
      'Asphalt Paver',
      'Pipelayer',
    ],
  },
  {
    name: 'Komatsu',
    aliases: ['Komatsu', '小松'],
    makes: [...fullLine, 'Telehandler', 'Forklift', 'Harvester', 'Forwarder'],
  },
  {
    name: 'Hitachi',
    aliases: ['Hitachi', '日立'],
    makes: ['Excavator', 'Loader', 'Dump Truck', 'Roller', 'Crane'],
  },
  {
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
  },
  {
    name: 'Liebherr',
    aliases: ['Liebherr'],
    makes: [
      'Excavator',
      'Loader',
      'Bulldozer',
      'Dump Truck',
      'Crane',
      'Telehandler',
      'Pipelayer',
      'Drilling Rig',
      'Concrete Pump',
    ],
  },
  {
    name: 'Doosan',
    aliases: ['Doosan', 'Doosan Infracore'],
    makes: ['Excavator', 'Loader', 'Dump Truck', 'Forklift'],
  },
  {
    name: 'Develon',
    aliases: ['Develon'],
    makes: ['Excavator', 'Loader', 'Dump Truck', 'Bulldozer'],
  },
  {
    name: 'Hyundai',
    aliases: ['Hyundai'],
    vehicles: /^(?:I[1-9]0N?|IX[2-5]5|IONIQ|KONA|TUCSON|SANTA|H-?1|H350)$/u,
    makes: ['Excavator', 'Loader', 'Forklift', 'Roller'],
  },
  {
    name: 'Case',
    aliases: ['Case CE', 'Case Construction', 'Case Poclain'],
    words: ['CASE'],
    makes: ['Excavator', 'Loader', 'Bulldozer', 'Motor Grader', 'Telehandler', 'Roller'],
  },
  {
    name: 'John Deere',
    aliases: ['John Deere', 'Deere'],
    makes: [
      'Excavator',
      'Loader',
      'Bulldozer',
      'Motor Grader',
      'Dump Truck',
      'Scraper',
      'Harvester',
      'Forwarder',
    ],
  },
  { name: 'Kubota', aliases: ['Kubota', 'クボタ'], makes: ['Excavator', 'Loader', 'Site Dumper'] },
  { name: 'Takeuchi', aliases: ['Takeuchi'], makes: ['Excavator', 'Loader', 'Site Dumper'] },
  {
    name: 'Bobcat',
    aliases: ['Bobcat'],
    makes: ['Excavator', 'Loader', 'Telehandler', 'Roller', 'Forklift'],
  },
  {
    name: 'Yanmar',
    aliases: ['Yanmar', 'ヤンマー'],
    makes: ['Excavator', 'Loader', 'Site Dumper'],
  },
  {
    name: 'Wacker Neuson',
    aliases: ['Wacker Neuson'],
    words: ['NEUSON', 'WACKER'],
    makes: compact,
  },
  { name: 'Bomag', aliases: ['Bomag'], makes: [...paving, 'Landfill Compactor'] },
  { name: 'Hamm', aliases: [], words: ['HAMM'], makes: ['Roller'] },
  { name: 'Dynapac', aliases: ['Dynapac'], makes: paving },
  { name: 'Ammann', aliases: ['Ammann'], makes: paving },
  { name: 'Vögele', aliases: ['Vögele', 'Voegele'], makes: ['Asphalt Paver'] },
  { name: 'Wirtgen', aliases: ['Wirtgen'], makes: ['Cold Planer', 'Asphalt Paver'] },
  { name: 'Sakai', aliases: ['Sakai'], makes: ['Roller'] },
  { name: 'Manitou', aliases: ['Manitou'], makes: handling },
  { name: 'Merlo', aliases: ['Merlo'], makes: ['Telehandler', 'Site Dumper'] },
  { name: 'Magni', aliases: ['Magni'], makes: access },
  { name: 'Dieci', aliases: ['Dieci'], makes: ['Telehandler', 'Site Dumper'] },
  { name: 'Faresin', aliases: ['Faresin'], makes: ['Telehandler'] },
  { name: 'Kramer', aliases: [], words: ['KRAMER'], makes: ['Loader', 'Telehandler'] },
  { name: 'Weidemann', aliases: ['Weidemann'], makes: ['Loader', 'Telehandler'] },
  { name: 'Schäffer', aliases: ['Schäffer', 'Schaeffer'], makes: ['Loader', 'Telehandler'] },
  { name: 'Avant', aliases: ['Avant Tecno'], words: ['AVANT'], makes: ['Loader'] },
  {
    name: 'Mecalac',
    aliases: ['Mecalac'],
    makes: ['Excavator', 'Loader', 'Site Dumper', 'Roller'],
  },
  { name: 'Hydrema', aliases: ['Hydrema'], makes: ['Excavator', 'Loader', 'Dump Truck'] },
  { name: 'Thwaites', aliases: ['Thwaites'], makes: ['Site Dumper'] },
  { name: 'Ausa', aliases: ['Ausa'], makes: ['Site Dumper', 'Forklift', 'Telehandler'] },
  { name: 'Bergmann', aliases: [], words: ['BERGMANN'], makes: ['Site Dumper', 'Dump Truck'] },
  {
    name: 'Bell',
    aliases: ['Bell Equipment'],
    words: ['BELL'],
    makes: ['Dump Truck', 'Loader', 'Harvester'],
  },
  {
    name: 'Terex',
    aliases: ['Terex'],
    makes: ['Dump Truck', 'Crane', 'Excavator', 'Loader', 'Telehandler', 'Aerial Work Platform'],
  },
  { name: 'Kobelco', aliases: ['Kobelco'], makes: ['Excavator', 'Crane'] },
  { name: 'Sumitomo', aliases: ['Sumitomo'], makes: ['Excavator', 'Asphalt Paver'] },
  { name: 'Kato', aliases: [], words: ['KATO'], makes: ['Excavator', 'Crane', 'Site Dumper'] },
  { name: 'IHI', aliases: ['IHI'], makes: ['Excavator', 'Crane'] },
  { name: 'Eurocomach', aliases: ['Eurocomach'], makes: ['Excavator', 'Loader'] },
  {
    name: 'Sany',
    aliases: ['Sany', '三一重工', '三一'],
    makes: [...fullLine, 'Crane', 'Concrete Pump', 'Telehandler', 'Forklift', 'Drilling Rig'],
  },
  {
    name: 'XCMG',
    aliases: ['XCMG', '徐工'],
    makes: [...fullLine, 'Crane', 'Asphalt Paver', 'Drilling Rig', 'Aerial Work Platform'],
  },
  {
    name: 'Zoomlion',
    aliases: ['Zoomlion', '中联重科'],
    makes: ['Excavator', 'Crane', 'Concrete Pump', 'Aerial Work Platform'],
  },
  { name: 'LiuGong', aliases: ['LiuGong', '柳工'], makes: [...fullLine, 'Forklift'] },
  { name: 'SDLG', aliases: ['SDLG'], makes: ['Loader', 'Excavator', 'Motor Grader', 'Roller'] },
  { name: 'Lonking', aliases: ['Lonking', '龙工'], makes: ['Loader', 'Excavator', 'Forklift'] },
  { name: 'Shantui', aliases: ['Shantui', '山推'], makes: fullLine },
  {
    name: 'New Holland',
    aliases: ['New Holland'],
    makes: ['Excavator', 'Loader', 'Bulldozer', 'Motor Grader', 'Telehandler'],
  },
  {
    name: 'Hidromek',
    aliases: ['Hidromek'],
    makes: ['Excavator', 'Loader', 'Motor Grader', 'Roller'],
  },
  {
    name: 'Sennebogen',
    aliases: ['Sennebogen'],
    makes: ['Material Handler', 'Crane', 'Telehandler'],
  },
  { name: 'Fuchs', aliases: [], words: ['FUCHS'], makes: ['Material Handler'] },
  {
    name: 'Atlas',
    aliases: ['Atlas Maschinen'],
    words: ['ATLAS'],
    makes: ['Excavator', 'Loader', 'Crane'],
  },
  { name: 'Gehl', aliases: ['Gehl'], makes: ['Loader', 'Excavator', 'Telehandler'] },
  { name: 'JLG', aliases: ['JLG'], makes: access },
  { name: 'Genie', aliases: [], words: ['GENIE'], makes: access },
  { name: 'Haulotte', aliases: ['Haulotte'], makes: access },
  { name: 'Skyjack', aliases: ['Skyjack'], makes: access },
  { name: 'Niftylift', aliases: ['Niftylift'], makes: access },
  { name: 'Tadano', aliases: ['Tadano'], makes: lifting },
  { name: 'Grove', aliases: [], words: ['GROVE'], makes: lifting },
  { name: 'Demag', aliases: ['Demag'], makes: lifting },
  { name: 'Potain', aliases: ['Potain'], makes: lifting },
  { name: 'Manitowoc', aliases: ['Manitowoc'], makes: lifting },
  { name: 'Palfinger', aliases: ['Palfinger'], makes: ['Crane', 'Aerial Work Platform'] },
  { name: 'Hiab', aliases: ['Hiab'], makes: lifting },
  { name: 'Link-Belt', aliases: ['Link-Belt'], makes: ['Excavator', 'Crane'] },
  { name: 'Putzmeister', aliases: ['Putzmeister'], makes: ['Concrete Pump'] },
  { name: 'Schwing', aliases: ['Schwing'], makes: ['Concrete Pump'] },
  { name: 'Sandvik', aliases: ['Sandvik'], makes: ['Drilling Rig', 'Dump Truck', 'Loader'] },
  { name: 'Epiroc', aliases: ['Epiroc'], makes: ['Drilling Rig', 'Dump Truck', 'Loader'] },
  { name: 'Ditch Witch', aliases: ['Ditch Witch'], makes: ['Trencher', 'Loader', 'Drilling Rig'] },
  { name: 'Vermeer', aliases: ['Vermeer'], makes: ['Trencher', 'Loader', 'Drilling Rig'] },
  { name: 'Ponsse', aliases: ['Ponsse'], makes: ['Harvester', 'Forwarder'] },
];
