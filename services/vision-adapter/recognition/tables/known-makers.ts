// Every maker of makers/, found by its file: a new one needs no entry here.
import { readdirSync } from 'node:fs';
import { withLookAlikes } from '../evidence/letters.ts';
import type { Maker, MakerName, Strength } from './maker.ts';
import type { MachineType } from './taxonomy.ts';

export type Brand = MakerName &
  Required<Pick<MakerName, 'aliases'>> & {
    /** The name that its maker bears today, where this one is a former one. */
    readonly today?: string;
  };

export interface ModelLine {
  /** One maker, under each of its names. */
  readonly brands: readonly string[];
  readonly type: MachineType;
  readonly pattern: RegExp;
  /** Takes look-alikes too: what it refuses is no misreading of this line either. */
  readonly loose: RegExp;
  readonly shown: string | undefined;
  readonly strength: Strength;
  /** So distinctive that the maker follows from it, unseen (`inferred`). */
  readonly alone: boolean;
}

/** Of makers with equal claims the first of these is answered; all others follow by name. */
const answeredFirst = (
  'Caterpillar, Volvo, Komatsu, Hitachi, JCB, Liebherr, Doosan, Hyundai, Case, John Deere, ' +
  'Kubota, Takeuchi, Bobcat, Yanmar, Wacker Neuson, Bomag, Hamm, Dynapac, Ammann, Vögele, ' +
  'Wirtgen, Sakai, Manitou, Merlo, Magni, Dieci, Faresin, Kramer, Weidemann, Schäffer, Avant, ' +
  'Mecalac, Hydrema, Thwaites, Ausa, Bergmann, Bell, Terex, Kobelco, Sumitomo, Kato, IHI, ' +
  'Eurocomach, Sany, XCMG, Zoomlion, LiuGong, SDLG, Lonking, Shantui, New Holland, Hidromek, ' +
  'Sennebogen, Fuchs, Atlas, Gehl, JLG, Genie, Haulotte, Skyjack, Niftylift, Tadano, Grove, ' +
  'Demag, Potain, Manitowoc, Palfinger, Hiab, Link-Belt, Putzmeister, Schwing, Sandvik, Epiroc, ' +
  'Ditch Witch, Vermeer, Ponsse'
).split(', ');

const makers = await Promise.all(
  readdirSync(new URL('makers/', import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map(async (file) => ((await import(`./makers/${file}`)) as { maker: Maker }).maker),
);
makers.sort((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));

function rank({ name }: Maker): number {
  const at = answeredFirst.indexOf(name);
  return at < 0 ? answeredFirst.length : at;
}

const brandOf = (brand: MakerName): Brand => ({ aliases: [brand.name], ...brand });

const namesOf = (maker: Maker): Brand[] =>
  maker.renamed === undefined
    ? [brandOf(maker)]
    : [{ ...brandOf(maker), today: maker.renamed.name }, brandOf(maker.renamed)];

export const brands: readonly Brand[] = makers.flatMap(namesOf);

export const modelLines: readonly ModelLine[] = makers.flatMap((maker) =>
  (maker.models ?? []).map(([type, strength, pattern, shown]) => ({
    brands: namesOf(maker).map(({ name }) => name),
    type,
    strength: strength === 'alone' ? 'strong' : strength,
    pattern: new RegExp(`^(?:${pattern})$`, 'u'),
    loose: new RegExp(`^(?:${withLookAlikes(pattern)})$`, 'u'),
    shown,
    alone: strength === 'alone',
  })),
);
