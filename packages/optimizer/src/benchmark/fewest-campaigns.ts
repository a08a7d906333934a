/**
 * Chosen: with fewer campaigns a resample knows too little of bad luck, and its interval tells better from worse far more often than
 * one time in twenty where there is no difference.
 */
export const fewestCampaigns = 10;
