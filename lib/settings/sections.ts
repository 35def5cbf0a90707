/** What a setting of a section may be. */
export type Kind = 'text' | 'list' | 'flag';

/** A setting that has a variable of the environment beside it: the file means the same. */
export interface SectionKey {
  readonly variable: string;
  /** `list`: a text, or a list of texts that is joined by commas. */
  readonly kind: Kind;
  readonly secret?: true;
}

/** The sections of a settings file whose settings can also be given in the environment. */
export const SECTIONS = {
  kafka: {
    brokers: { variable: 'SWAT_KAFKA_BROKERS', kind: 'list' },
    group: { variable: 'SWAT_KAFKA_GROUP', kind: 'text' },
    clientId: { variable: 'SWAT_KAFKA_CLIENT_ID', kind: 'text' },
    tls: { variable: 'SWAT_KAFKA_TLS', kind: 'flag' },
    ca: { variable: 'SWAT_KAFKA_CA', kind: 'text' },
    cert: { variable: 'SWAT_KAFKA_CERT', kind: 'text' },
    key: { variable: 'SWAT_KAFKA_KEY', kind: 'text' },
    sasl: { variable: 'SWAT_KAFKA_SASL', kind: 'text' },
    user: { variable: 'SWAT_KAFKA_USER', kind: 'text' },
    password: { variable: 'SWAT_KAFKA_PASSWORD', kind: 'text', secret: true },
  },
  metrics: {
    on: { variable: 'SWAT_METRICS', kind: 'flag' },
    token: { variable: 'SWAT_METRICS_TOKEN', kind: 'text', secret: true },
  },
  api: {
    keys: { variable: 'SWAT_API_KEYS', kind: 'text', secret: true },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SectionKey>>>>;
