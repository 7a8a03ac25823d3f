DROP TABLE personal_request_steps;
DROP TABLE personal_requests;
DROP TABLE personal_clocks;
