// Who else is written on and around machines. Numbers and names beside these words are not a maker's.

/** What may follow a maker's name where no machine is meant: engines, lorries, banks. */
export const otherTrades: ReadonlySet<string> = words(
  'PENTA TRUCK TRUCKS LASTBILER LASTVAGNAR CARS BUSES BUS MOTOR MOTORS ENGINE ENGINES DIESEL FINANCE',
  'FINANCIAL CREDIT MARINE LEASING TRACTOR TRACTORS TOOLS TYRES',
);

/** Beside a name these say that it is an owner's: KRAMER TIEFBAU, AMMANN ERDBAU. */
export const ownerWords: ReadonlySet<string> = words(
  'BAU TIEFBAU HOCHBAU ERDBAU STRASSENBAU ABBRUCH GARTENBAU TRANSPORTE VERMIETUNG MIETPARK',
  'ENTREPRENØR ENTREPRENØRER ENTREPRENAD ENTREPRISE ENTREPRISES MASKINSTATION MASKINER MASKINUDLEJNING',
  'ANLÆG KLOAK VOGNMAND UDLEJNING LEJE BRØDRENE SØN SØNNER OG',
  'RENTAL RENTALS HIRE PLANTHIRE SON SONS BROTHERS BROS CONTRACTORS CONTRACTING DEMOLITION GROUNDWORKS HAULAGE',
  'LOCATION TERRASSEMENT TRAVAUX SERVICE KOMMUNE STADT',
);

/** Makers of lorries, engines, tyres and attachments: what stands beside their name is their number. */
export const otherFirms: ReadonlySet<string> = words(
  'SCANIA MAN MERCEDES MERCEDESBENZ DAF IVECO RENAULT SISU TATRA', // lorries
  'CUMMINS DEUTZ PERKINS ISUZU MTU HATZ MITSUBISHI', // engines
  'MICHELIN BRIDGESTONE GOODYEAR CONTINENTAL NOKIAN TRELLEBORG MITAS', // tyres
  'ENGCON ROTOTILT STEELWRIST INDEXATOR OILQUICK RAMMER MONTABERT KRUPP EPIROC LEHNHOFF MILLER', // attachments
);

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}
