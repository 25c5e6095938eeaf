const SECRET = /TOKEN|SECRET|PASSW(OR)?D|CREDENTIAL|KEYS?(_|$)|(^|_)O?AUTH(_|$)|AUTHORIZATION/i;
/** What such a variable holds is a place, and no secret itself. */
const A_PLACE = /_(FILE|PATH|HOST|PORT)$/i;

/** Whether a variable of this name is likely to hold a secret. */
export const soundsSecret = (name: string): boolean => SECRET.test(name) && !A_PLACE.test(name);
