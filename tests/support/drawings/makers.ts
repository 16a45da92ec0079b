import type { Paint } from './draw-machine.ts';
import type { MachineType } from './machines.ts';

interface Maker {
  readonly paint: Paint;
  /** How the name stands on a machine. */
  readonly names: readonly [string, ...string[]];
  /** Real models, none of them among the committed samples. */
  readonly models: Readonly<Partial<Record<MachineType, string>>>;
}

export const makers = {
  Caterpillar: {
    paint: { body: '#f0b021', trim: '#2c2e31' },
    names: ['CATERPILLAR', 'CAT'],
    models: {
      Excavator: '336E 330F 349D',
      'Wheel Loader': '950M 966K',
      Bulldozer: 'D6T D8T',
      'Articulated Hauler': '730C',
    },
  },
  Volvo: {
    paint: { body: '#efb52c', trim: '#565c63' },
    names: ['VOLVO'],
    models: {
      Excavator: 'EC300E EC480D EC140E',
      'Wheel Loader': 'L120H L90H',
      'Articulated Hauler': 'A30G A40G',
    },
  },
  Komatsu: {
    paint: { body: '#f3b92b', trim: '#25346b' },
    names: ['KOMATSU'],
    models: {
      Excavator: 'PC360LC-11 PC490LC-10 PC138US-11',
      'Wheel Loader': 'WA380-8 WA470-7',
      Bulldozer: 'D65PX-18 D61EX-24',
      'Articulated Hauler': 'HM300-5',
    },
  },
  Hitachi: {
    paint: { body: '#e2621d', trim: '#4a4d52' },
    names: ['HITACHI'],
    models: {
      Excavator: 'ZX210LC-6 ZX130-6 ZX490LCH-6 ZX225USLC-6',
      'Wheel Loader': 'ZW220-6 ZW310-6',
    },
  },
} as const satisfies Record<string, Maker>;
export type MakerName = keyof typeof makers;
