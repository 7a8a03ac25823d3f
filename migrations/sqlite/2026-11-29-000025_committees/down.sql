DROP TABLE committee_stays;
DROP TABLE committee_seats;
DROP TABLE committee_terms;
DROP TABLE committee_acts;
DROP TABLE committees;
