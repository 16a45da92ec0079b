// Texts that tempt to be sure of the wrong maker or model. A row: what stands there, a line each (parted by
// "/"), and what may be said of it. Every row is weighed with a label and an entity that say "excavator", so
// that a maker's name is all that is missing to be sure.

export interface Trap {
  readonly kind: string;
  readonly lines: readonly string[];
  /** The maker whose machine it is; null: no maker may be named with certainty. */
  readonly maker: string | null;
}

const none: Readonly<Record<string, string>> = {
  'shop, hotel, street': `
    YALE LOCKS & KEYS; CROWN HOTEL; GIANT BICYCLES; STILL WATER; THE BELL INN; TORO ROSSO; LINDE GAS; CLARK STREET 320;
    BAUER MEDIA; KRAMER VS KRAMER; ATLAS COPCO; GROVE ROAD 58; HAMM STADT; JAWS OF STEEL; YALE UNIVERSITY; CROWN PLAZA;
    GIANT SUPERMARKET / OPEN 24; TAKE YOUR CASE; LOWER CASE 580; IN CASE OF FIRE 112; SUITCASE 320; BELL / 24 HOURS;
    KALMAR KOMMUN; LANSING CITY 950; FAUN / FLORA; ATLAS / GEOGRAPHY; HELI TOURS; DINO PARK; TORO STEAK HOUSE;
    ACE HARDWARE; AJAX AMSTERDAM; BAUER SÖHNE 15; WEBER GRILL; PAUS 10 MIN; NAGANO 1998; LULL / BEFORE THE STORM;
    WOLF CREEK 355; MUSTANG SALLY; AVANT GARDE 320; FUCHS KAFFEE; GENIE IN A BOTTLE; KATO SUSHI 20; HALLA BOL`,
  'lorry, car, van': `
    MERCEDES ACTROS 1845; MAN TGX 18.500; SCANIA R450; DAF XF 480; IVECO STRALIS 460; RENAULT T 520; TATRA 815;
    TOYOTA HILUX; TOYOTA LAND CRUISER 200; MITSUBISHI FUSO; HINO 700; ISUZU D-MAX; FORD TRANSIT 350; OPEL ASTRA;
    VOLVO FH 540; VOLVO FH16 750; VOLVO FMX 460; VOLVO XC90; HYUNDAI i30; HYUNDAI H350; HYUNDAI TUCSON; SCANIA G410 XT;
    MAN 26.440 / TGS; VW CRAFTER 35; FIAT DUCATO 35; NISSAN NT400; UD QUON; FREIGHTLINER M2 106; KENWORTH T880`,
  'caption, watermark, address': `
    alamy; alamy stock photo; gettyimages 950; Getty Images Credit: Case; iStock 1150320; shutterstock 320112;
    Adobe Stock #320; dreamstime.com; depositphotos 4512; 123RF; www.cat.com; www.volvo.com/ec220; info@komatsu.dk;
    Photo: K. Hitachi 2019; mascus.dk 320.000 kr; mobile.de 5.900 h; machineryzone; ritchie bros lot 320; Lot 950 / Ring 2;
    EUROAUCTIONS 4012; © 2021 B. Hamm; IMG_0320.JPG; DSC 1150; f/2.8 1/320; IMAGE ID: C320D0; Foto: S. Atlas; 12MP 4K HDR`,
  'plate, telephone, sign': `
    AB 12 345; XC 12 345; KX62 BDE; EX 35 018; WA-PC 210; HH-KL 320; M-AN 950; ABC 12D; TLF 70 12 34 56;
    Tel. 01452 320 950; +45 40 20 30 40; CALL 0800 320 336; ZONE 30; MAX 320 KG; 950 MM; 12 T; 20 KM/T; 3,5 T;
    H: 4.20 M; GATE D6; PORT 320; DOCK 140 M; SPOR 3; PLADS 8; BUS 320; ROUTE 66; A40 LONDON; E45 AARHUS; M25; B 96 STRALSUND;
    EN 474-1; ISO 9001; STAGE V; LWA 104 dB; IP 65; CE 2016; HLP 46; 10W-40; 24 V 100 AH; DIESEL B7; AdBlue;
    5 L; 0.8 M3; 1:50; NO ENTRY 24/7; PARKERING 140 M; DANGER 400 V; SWL 3000 KG; Ø 320; RAL 1028; 580 x 690 mm`,
  'rental firm, owner': `
    RAMIRENT 12345; LOXAM 320; BOELS 40219; KILOUTOU 8018; CRAMO EC55; RIWAL S-65; SUNBELT 450AJ; HERC 336; HSS 1930;
    A-PLANT 8026; NISHIO ZX200; CAT RENTAL STORE; CAT RENTALS 24; HITACHI RENTAL SERVICE; AMMANN ERDBAU AG; KRAMER TIEFBAU GMBH;
    BELL & SON; BAUER TRANSPORTE 15; FUCHS ABBRUCH 320; ATLAS ENTREPRENØR; JENSEN & SØN 320D; NORDBYG 336; KATO CONSTRUCTORS;
    WACKER BAU; HAMM BAU GMBH; GROVE PLANT HIRE; CLARK CONTRACTORS 25; TERRASSEMENT 320; CASE CONTRACTING 580`,
  'engine, tyre, attachment': `
    VOLVO PENTA D13; CUMMINS QSB 6.7; DEUTZ TCD 6.1; PERKINS 1104D; ISUZU 4HK1; ENGCON EC226; ENGCON EC320; ROTOTILT R60;
    STEELWRIST X18; OILQUICK OQ70; RAMMER 2577; MONTABERT V32; EPIROC MB 1000; MICHELIN 20.5 R25; BRIDGESTONE 23.5 R25;
    GOODYEAR RT-3B; KRUPP HM 960; INDECO HP 1200; SIMEX PL 500; CANGINI 320; MARTTIINI M18; MAGNETI 950;
    STIHL TS 420; HUSQVARNA K 770; HILTI TE 70; BOSCH GBH 2-26; DEWALT DCD 796; MAKITA HR 2470`,
};

/** The maker's own machine beside something that is not its number or not its name. */
const named: Readonly<Record<string, string>> = {
  Caterpillar: `
    CAT / 320D / VOLVO FH 540; CAT / 308E2 CR / BOELS 40219; CAT / 950M / MICHELIN 23.5 R25; CAT / D6T / GATE D8;
    CAT / 320D / alamy; CAT / 320D / LIEBHERR; CAT / 336E / ENGCON EC233; CAT / TH414C / 14 M`,
  Volvo: `
    VOLVO / EC220E / ENGCON EC226; VOLVO / L120H / A40 LONDON; VOLVO / EC300E / EPIROC MB 1000; VOLVO / EW160E / AB 12 345;
    VOLVO / EC220E / CAT RENTAL STORE; VOLVO / L90H / YALE LOCKS`,
  Komatsu: `
    KOMATSU / PC210LC-11 / VOLVO; KOMATSU / WA380-8 / WA-PC 210; KOMATSU / PC138US-11 / KRAMER TIEFBAU GMBH; KOMATSU / D65PX-18 / gettyimages`,
  Hitachi: `HITACHI / ZX210LC-6 / PIN HCMDCF00J00320123; HITACHI / ZX55U-6 / EX 35 018; HITACHI / ZX130-6 / ROTOTILT R4`,
  Genie: `CAT RENTAL STORE / Genie / S-65; Genie / GS-1930 / RIWAL 4012; GENIE / Z-45/25J RT / BOELS`,
  JCB: `JCB / 8018 CTS / A-PLANT; JCB / 540-170 / 17 M; JCB / JS220 / VOLVO FMX; JCB / 3CX / HSS 1930`,
  Kubota: `KUBOTA / KX080-4 / KX62 BDE; KUBOTA / U17-3 / TLF 70 12 34 56`,
  Manitou: `MANITOU / MLT 841-145 / MT 48213; MANITOU / MRT 2150 / LOXAM 320`,
};

/** Two machines of two makers: neither may be sure. */
const two = `
  CAT 320D / VOLVO EC220E; KOMATSU PC210LC-11 / HITACHI ZX210LC-6; JCB 3CX / CASE 580ST; LIEBHERR R 924 / CAT 330F L;
  BOBCAT E35 / KUBOTA KX057; TAKEUCHI TB235 / YANMAR ViO35-6A; MANITOU MLT 841-145 / MERLO P40.17; GENIE GS-1930 / JLG 1930ES;
  DOOSAN DX225LC-5 / HYUNDAI HX220AL; BOMAG BW 120 AD-5 / HAMM HD 12 VV; JOHN DEERE 310SL / CASE 580SN; SANY SY215C / XCMG XE215D;
  TOYOTA 8FD25 / LINDE H25D; BELL B30E / VOLVO A30G; TEREX TA300 / ROKBAK RA30; KRAMER 5085 / WEIDEMANN 1160`;

const rows = (text: string) =>
  text
    .split(';')
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .map((row) => row.split(' / ').map((line) => line.trim()));

export const traps: readonly Trap[] = [
  ...Object.entries(none).flatMap(([kind, text]) =>
    rows(text).map((lines) => ({ kind, lines, maker: null })),
  ),
  ...Object.entries(named).flatMap(([maker, text]) =>
    rows(text).map((lines) => ({ kind: 'a machine and something else', lines, maker })),
  ),
  ...rows(two).map((lines) => ({ kind: 'two makers', lines, maker: null })),
];
