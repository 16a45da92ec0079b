import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Vermeer', makes: ['Trencher', 'Loader', 'Drilling Rig'] };
