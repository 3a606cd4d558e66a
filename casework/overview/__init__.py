"""What all matters say together: whom they wait for, the digest by mail, the year's figures."""
