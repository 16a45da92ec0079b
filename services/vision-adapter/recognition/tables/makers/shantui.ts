import { fullLine, type Maker } from '../maker.ts';

export const maker: Maker = { name: 'Shantui', aliases: ['Shantui', '山推'], makes: fullLine };
