/** Values of Discord's API v10: enums and flags. Apart from the main entry, because loading them all costs as much as loading ws. */
export * from 'discord-api-types/v10';
