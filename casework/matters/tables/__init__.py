"""The tables that other rooms of the casework fill, as the migrations lay them."""
