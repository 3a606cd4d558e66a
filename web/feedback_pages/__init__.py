"""征询: the office's page of links and ratings, and the page that a proposer comes to by a link."""
