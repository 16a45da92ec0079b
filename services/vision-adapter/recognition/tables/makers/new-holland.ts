import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'New Holland',
  former: ['Fiat-Kobelco', 'Fiat-Allis'],
  makes: ['Excavator', 'Loader', 'Bulldozer', 'Motor Grader', 'Telehandler'],
  models: [
    ['Excavator', 'medium', String.raw`E\d{2,3}[BCD](?:SR|LC|EL)*(?:-\d)?`],
    ['Wheel Loader', 'medium', String.raw`W\d{2,3}[B-D](?:TC|PT)?`],
    ['Backhoe Loader', 'medium', String.raw`(?:LB|B)\d{2,3}[B-D]?(?:TC)?`],
    ['Telehandler', 'medium', String.raw`LM\d{3,4}[A-Z]?|TH\d\.\d{2}`],
    ['Excavator', 'medium', String.raw`E\d{3}[B-D]?(?:SR|LC|EL|NLC)*`],
    ['Mini Excavator', 'medium', String.raw`E\d{2}[B-DX]?X?`],
    ['Excavator', 'medium', String.raw`(E\d{2,3}[B-D]?)(SR|MSR|EL|LC)`, '$1 $2'],
    ['Wheel Loader', 'medium', String.raw`W\d{2,3}[B-D]?(?:TC|PT)?`],
    ['Wheel Loader', 'medium', String.raw`(W\d{2,3}[B-D]?)(TC|PT)`, '$1 $2'],
    ['Skid Steer Loader', 'medium', String.raw`L[1-8]\d{2}|L[SX]\d{3}[A-C]?`],
    ['Compact Track Loader', 'medium', String.raw`C[1-3]\d{2}`],
    ['Telehandler', 'medium', String.raw`(?:LM|TH)\d\.\d{2}|LM\d{3,4}[A-Z]?`],
    ['Bulldozer', 'medium', String.raw`DC?\d{2,3}[B-D]?`],
    ['Motor Grader', 'medium', String.raw`RG\d{3}\.?B|F\d{3}\.\dA?`],
  ],
};
