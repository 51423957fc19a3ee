/** Makes a Prometheus or an Alertmanager ask for the user `drill` with the password `open sesame`: its --web.config.file. */

/** The password's hash by bcrypt. */
export const OPEN_SESAME = `basic_auth_users:
  drill: $2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy
`;
