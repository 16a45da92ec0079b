import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Epiroc', makes: ['Drilling Rig', 'Dump Truck', 'Loader'] };
