DROP TABLE obligation_exclusions;
DROP TABLE obligations;
DROP TABLE regime_agencies;
DROP TABLE regimes;
DROP TABLE special_days;
DROP TABLE working_years;
