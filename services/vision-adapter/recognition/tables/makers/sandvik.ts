import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Sandvik', makes: ['Drilling Rig', 'Dump Truck', 'Loader'] };
