import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Ditch Witch', makes: ['Trencher', 'Loader', 'Drilling Rig'] };
